import type { Pipeline } from "@smscrm/db/postgres/connection";
import { type CarrierReceived, takeMissedInbound } from "@smscrm/db/restore/inbound";
import {
  confirmIdentity,
  findOpenRestore,
  type OpenRestore,
  recordProblem,
  recordRound,
} from "@smscrm/db/restore/lock";
import { type CarrierSent, takeMissedOutbound } from "@smscrm/db/restore/outbound";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";
import type { Carrier, CarrierMessage } from "./carrier.ts";

const LOOK_MS = 2_000;
/** Until an owner unlocks, the carrier is asked again and again: a STOP may arrive while our webhooks are down. */
const ASK_AGAIN_MS = 60_000;
/** The carrier's clock may differ from ours, and a message may be listed some time after it was created. */
const MARGIN_MS = 10 * 60_000;

/** Locks sending if the database is not the one of before, and asks the carrier what a restored database has missed. */
export function restoreLoop(pipeline: Pipeline, carrier: Carrier, log: Logger): Loop {
  return {
    name: "restore",
    run: async () => {
      if ((await confirmIdentity(pipeline)) === "locked") {
        log.error("the database is another one than before; sending is locked until an owner unlocks it");
      }
      const restore = await findOpenRestore(pipeline);
      if (restore && isDue(restore)) await askCarrier(pipeline, carrier, restore, log);
      return LOOK_MS;
    },
  };
}

function isDue({ checkedUntil }: OpenRestore): boolean {
  return checkedUntil === null || Date.now() - checkedUntil.getTime() > ASK_AGAIN_MS;
}

/** Fetches everything that the carrier sent and received since the backup, or since the last round. */
async function askCarrier(
  pipeline: Pipeline,
  carrier: Carrier,
  restore: OpenRestore,
  log: Logger,
): Promise<void> {
  const startedAt = new Date();
  const since = new Date((restore.checkedUntil ?? restore.backupAt).getTime() - MARGIN_MS);
  const seen = new Set<string>();
  const received: CarrierReceived[] = [];
  let outbound = 0;
  try {
    for await (const page of carrier.listSince(since)) {
      const fresh = page.filter(({ sid }) => !seen.has(sid));
      for (const { sid } of fresh) seen.add(sid);
      const sent = fresh.filter(isSentByUs).map(toSent);
      await takeMissedOutbound(pipeline, restore.id, sent);
      outbound += sent.length;
      received.push(...fresh.filter(({ direction }) => direction === "inbound").map(toReceived));
    }
    // Received texts come after the sent ones, so that a reply finds its campaign.
    await takeMissedInbound(pipeline, restore.id, received);
    await recordRound(pipeline, restore.id, { checkedUntil: startedAt, outbound, inbound: received.length });
    log.info(
      { since, outbound, inbound: received.length },
      "asked the carrier what the restored database has missed",
    );
  } catch (error) {
    await recordProblem(pipeline, restore.id, (error as Error).message);
    throw error;
  }
}

/** Answers by the carrier, and answers in a webhook's response, belong to no campaign. */
const isSentByUs = ({ direction }: CarrierMessage) => direction === "outbound-api";

function toSent(message: CarrierMessage): CarrierSent {
  const { sid, from, to, body, status, errorCode, priceMicros, createdAt } = message;
  return { sid, from, to, body, status, errorCode, priceMicros, createdAt: createdAt ?? new Date() };
}

function toReceived({ sid, from, to, body, createdAt }: CarrierMessage): CarrierReceived {
  return { sid, from, to, body, createdAt: createdAt ?? new Date() };
}
