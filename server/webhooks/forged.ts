import { recordForged } from "@smscrm/db/webhooks";
import type { Dependencies } from "../dependencies.ts";

/** Rows that forged requests may cause in a minute: the counter has them all, the table enough to look into. */
const ROWS_PER_MINUTE = 60;

/** Counts requests that nobody signed. A flood of them must not fill the disk. */
export function createForgedRecord({
  pipeline,
  metrics,
  log,
}: Pick<Dependencies, "pipeline" | "metrics" | "log">) {
  let minute = 0;
  let rows = 0;
  return async function record(kind: "status" | "inbound", path: string): Promise<void> {
    metrics.forged.inc({ kind });
    metrics.webhooks.inc({ kind, outcome: "forged" });
    const now = Math.floor(Date.now() / 60_000);
    if (now !== minute) {
      minute = now;
      rows = 0;
    }
    rows += 1;
    if (rows > ROWS_PER_MINUTE) return;
    log.warn({ kind }, "A webhook request was not signed by the carrier");
    await recordForged(pipeline, kind, path).catch((error) =>
      log.error({ error }, "A forged webhook was not recorded"),
    );
  };
}
