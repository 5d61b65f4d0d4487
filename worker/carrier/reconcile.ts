import { messageOf } from "@smscrm/core/send/unlinked-attempt";
import type { CarrierUpdate } from "@smscrm/db/carrier/carrier-updates";
import {
  type LookUp,
  linkedSids,
  mergeLookedUp,
  presumeSent,
  takeDueLookUps,
  unlinkedAlike,
} from "@smscrm/db/carrier/reconcile";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { markOrphansUnknown } from "@smscrm/db/send/settle";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";
import { type Carrier, type CarrierMessage, toUpdate } from "./carrier.ts";

const LOOK_UPS_AT_ONCE = 20;
/** Longer than any request to the carrier can take: an attempt that is not settled by then belongs to a dead worker. */
const ORPHAN_SECONDS = 60;
/** Further back than any message of the attempt can be, however much the clocks differ. */
const LOOK_BACK_MS = 5 * 60_000;

/** Asks the carrier about messages whose outcome is unknown, or that have had no final status for too long. */
export function reconcileLoop(pipeline: Pipeline, carrier: Carrier, log: Logger): Loop {
  return {
    name: "reconcile",
    run: async () => {
      const orphans = await markOrphansUnknown(pipeline, ORPHAN_SECONDS);
      if (orphans > 0)
        log.warn(
          { messages: orphans },
          "messages were left in sending: their outcome is unknown until looked up",
        );
      const presumed = await presumeSent(pipeline);
      if (presumed > 0)
        log.warn({ messages: presumed }, "not found at the carrier for 24 hours: presumed sent");
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
    // The next look-up is already scheduled.
    log.warn({ attemptId: lookUp.attemptId, err: error }, "could not look up a message at the carrier");
    return [];
  }
}

/** Finds the message of an unknown attempt among the unlinked ones with its recipient, sender and text. */
async function findUnknown(
  pipeline: Pipeline,
  carrier: Carrier,
  lookUp: LookUp,
): Promise<CarrierMessage | null> {
  const since = new Date(lookUp.claimedAt.getTime() - LOOK_BACK_MS);
  const listed = await carrier.listTo(lookUp.to, since);
  const alike = listed.filter((message) => message.from === lookUp.from && message.body === lookUp.body);
  if (alike.length === 0) return null;
  const linked = await linkedSids(
    pipeline,
    alike.map((message) => message.sid),
  );
  const free = alike.filter((message) => !linked.has(message.sid));
  return messageOf(lookUp.attemptId, await unlinkedAlike(pipeline, lookUp.attemptId), free);
}
