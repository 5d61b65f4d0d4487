import { readUnderWay } from "@smscrm/db/operators";
import { openTicketQueue } from "@smscrm/worker/queue/tickets";
import { type OpsContext, OpsRefusal } from "./context.ts";

const LOOK_EVERY_MS = 1_000;

/**
 * `pnpm ops drain [--limit SECONDS]`: waits until the queue is empty and no request to the carrier is under way. Pause
 * first, or the queue is filled as fast as it empties. Fails when the limit is over.
 */
export async function drain({ environment, sql, say }: OpsContext, limitSeconds: number): Promise<void> {
  const queue = openTicketQueue(environment);
  const deadline = Date.now() + limitSeconds * 1_000;
  try {
    for (let shown = ""; ; ) {
      const { waiting, active } = await queue.depth();
      const { sending } = await readUnderWay(sql);
      const line = `${waiting} tickets wait, ${active} are in hand, ${sending} messages are being handed over`;
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
