import { counted } from "@smscrm/core/text/counted";
import { readUnderWay } from "@smscrm/db/tenants/operators";
import { openTicketQueue } from "@smscrm/worker/dispatch/tickets";
import { type OpsContext, OpsRefusal } from "./context.ts";

const LOOK_EVERY_MS = 1_000;

/**
 * `pnpm ops drain [--limit SECONDS]`: waits until the queue is empty and no request to the carrier is in flight.
 * Pause first, otherwise the queue refills as fast as it empties. Fails at the limit.
 */
export async function drain({ environment, sql, say }: OpsContext, limitSeconds: number): Promise<void> {
  const queue = openTicketQueue(environment);
  const deadline = Date.now() + limitSeconds * 1_000;
  try {
    for (let shown = ""; ; ) {
      const { waiting, active } = await queue.depth();
      const { sending } = await readUnderWay(sql);
      const line = `${counted(waiting, "ticket waits", "tickets wait")}, ${active} being processed; ${counted(sending, "message is", "messages are")} being submitted`;
      if (line !== shown) say(line);
      shown = line;
      if (waiting + active + sending === 0) return say("Drained: the queue's depth is 0.");
      if (Date.now() > deadline) {
        throw new OpsRefusal(
          `Not drained within ${limitSeconds} s. Is sending paused (pnpm ops pause --all), and does a worker run (pnpm ops health)?`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    await queue.close();
  }
}
