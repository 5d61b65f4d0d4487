import type { CarrierUpdate } from "@smscrm/db/carrier-updates";
import type { Pipeline } from "@smscrm/db/connection";
import { type LookUp, linkedSids, mergeLookedUp, presumeSent, takeDueLookUps } from "@smscrm/db/reconcile";
import { markOrphansUnknown } from "@smscrm/db/settle";
import type { Logger } from "pino";
import { type Carrier, type CarrierMessage, toUpdate } from "./carrier/carrier.ts";
import type { Loop } from "./loop.ts";

const LOOK_UPS_AT_ONCE = 20;
/** Longer than any request to the carrier can take: who has not settled by then has died. */
const ORPHAN_SECONDS = 60;
/** The carrier's clock and ours may differ. */
const CLOCK_SLACK_MS = 5 * 60_000;

/** Asks the carrier about messages whose outcome is unknown, or that have had no final status for too long. */
export function reconcileLoop(pipeline: Pipeline, carrier: Carrier, log: Logger): Loop {
  return {
    name: "reconcile",
    run: async () => {
      const orphans = await markOrphansUnknown(pipeline, ORPHAN_SECONDS);
      if (orphans > 0)
        log.warn({ messages: orphans }, "sends without an end: their outcome is unknown until looked up");
      const presumed = await presumeSent(pipeline);
      if (presumed > 0)
        log.warn({ messages: presumed }, "no trace at the carrier for 24 hours: presumed sent");
      const due = await takeDueLookUps(pipeline, LOOK_UPS_AT_ONCE);
      const found = await Promise.all(due.map((lookUp) => ask(pipeline, carrier, lookUp, log)));
      await mergeLookedUp(pipeline, found.flat());
      return due.length === LOOK_UPS_AT_ONCE ? 0 : 5_000;
    },
  };
}

async function ask(
  pipeline: Pipeline,
  carrier: Carrier,
  lookUp: LookUp,
  log: Logger,
): Promise<CarrierUpdate[]> {
  try {
    const message = lookUp.sid
      ? await carrier.fetch(lookUp.sid)
      : await findUnknown(pipeline, carrier, lookUp);
    return message ? [toUpdate(message, lookUp.attemptId)] : [];
  } catch (error) {
    // The next look-up is already set.
    log.warn({ attemptId: lookUp.attemptId, err: error }, "could not look up a message at the carrier");
    return [];
  }
}

/**
 * The message that an unknown attempt became: same recipient, sender and text, made after the claim, and no other
 * attempt's. Of several the earliest, as the oldest attempt is asked about first.
 */
async function findUnknown(
  pipeline: Pipeline,
  carrier: Carrier,
  lookUp: LookUp,
): Promise<CarrierMessage | null> {
  const since = new Date(lookUp.claimedAt.getTime() - CLOCK_SLACK_MS);
  const listed = await carrier.listTo(lookUp.to, since);
  const alike = listed.filter((message) => message.from === lookUp.from && message.body === lookUp.body);
  if (alike.length === 0) return null;
  const linked = await linkedSids(
    pipeline,
    alike.map((message) => message.sid),
  );
  const free = alike.filter((message) => !linked.has(message.sid));
  free.sort((one, other) => (one.createdAt?.getTime() ?? 0) - (other.createdAt?.getTime() ?? 0));
  return free[0] ?? null;
}
