import { setTimeout as sleep } from "node:timers/promises";
import { recordForged } from "@smscrm/db/carrier/webhooks";
import type { Dependencies } from "../dependencies.ts";

/**
 * The most rows that forged requests may write in a minute. The counter counts them all; the table keeps enough to
 * investigate.
 */
const ROWS_PER_MINUTE = 60;
/** Further ones are answered this late, so that a flood that waits for its answers is a slow one. */
const ANSWER_AFTER_MS = 1_000;
const HELD_MAX = 1_000;

/** Counts forged requests. A flood of them must not fill the disk. */
export function createForgedRecord({
  pipeline,
  metrics,
  log,
}: Pick<Dependencies, "pipeline" | "metrics" | "log">) {
  let minute = 0;
  let rows = 0;
  let held = 0;
  return async function record(kind: "status" | "inbound", path: string): Promise<void> {
    metrics.forged.inc({ kind });
    metrics.webhooks.inc({ kind, outcome: "forged" });
    const now = Math.floor(Date.now() / 60_000);
    if (now !== minute) {
      minute = now;
      rows = 0;
    }
    rows += 1;
    if (rows > ROWS_PER_MINUTE) {
      if (held >= HELD_MAX) return;
      held += 1;
      await sleep(ANSWER_AFTER_MS, undefined, { ref: false });
      held -= 1;
      return;
    }
    log.warn({ kind }, "A webhook request was not signed by the carrier");
    await recordForged(pipeline, kind, path).catch((error) =>
      log.error({ error }, "A forged webhook was not recorded"),
    );
  };
}
