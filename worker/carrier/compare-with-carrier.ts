import {
  adoptInbound,
  type CarrierCheck,
  finishCheck,
  missingInbound,
  postponeCheck,
  recordUnknownMessages,
  takeDueChecks,
} from "@smscrm/db/carrier/carrier-checks";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { isKnownDatabase } from "@smscrm/db/restore/lock";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";
import type { Carrier, CarrierMessage } from "./carrier.ts";

const NUMBERS_AT_ONCE = { inbound: 10, outbound: 2 } as const;
/** A webhook may take 15 s with all its retries, so a younger text may still arrive by webhook. */
const WEBHOOK_MS = 20_000;
/**
 * How far a comparison overlaps with the last one. The carrier's list may lag, and its clock may differ from ours. A
 * message of ours may wait in the carrier's queue for ten hours (the longest ValidityPeriod), and the list by date
 * contains it only once it is sent.
 */
const OVERLAP_MS = { inbound: 5 * 60_000, outbound: 10 * 60 * 60_000 } as const;
/** An unknown outcome is looked up for an hour at short intervals, so a younger message may still be linked. */
const LINKED_BY_MS = 2 * 60 * 60_000;
const REST_MS = { inbound: 2_000, outbound: 10_000 } as const;

/**
 * Compares the texts that people sent to each number, as the carrier lists them, with those that webhooks brought. A
 * STOP that arrived while our server was down takes effect within a minute of its return.
 */
export function inboundLoop(pipeline: Pipeline, carrier: Carrier, log: Logger): Loop {
  return compareLoop("inbound", pipeline, log, async ({ tenantId, numberId, phone, checkedUntil }) => {
    const until = new Date(Date.now() - WEBHOOK_MS);
    const since = new Date(checkedUntil.getTime() - OVERLAP_MS.inbound);
    let missed = 0;
    for await (const page of carrier.listMessages({ to: phone }, since, null)) {
      const heard = page.filter(isMade("inbound", since, until));
      const missing = await missingInbound(
        pipeline,
        heard.map((message) => message.sid),
      );
      const late = heard.filter((message) => missing.has(message.sid));
      for (const message of late)
        await adoptInbound(pipeline, tenantId, { ...message, madeAt: message.createdAt });
      missed += late.length;
    }
    if (missed > 0)
      log.warn({ tenantId, numberId, missed }, "texts from people that no webhook had brought are taken in");
    return until;
  });
}

/** Checks once a day whether the carrier has messages from our numbers that we don't know. Each becomes a finding. */
export function outboundLoop(pipeline: Pipeline, carrier: Carrier, log: Logger): Loop {
  return compareLoop("outbound", pipeline, log, async ({ tenantId, numberId, phone, checkedUntil }) => {
    const until = new Date(Date.now() - LINKED_BY_MS);
    const since = new Date(checkedUntil.getTime() - OVERLAP_MS.outbound);
    let unknown = 0;
    for await (const page of carrier.listMessages({ from: phone }, since, until)) {
      // Answers in a webhook's response (outbound-reply) have no attempt.
      const sent = page.filter(isMade("outbound-api", since, until));
      unknown += await recordUnknownMessages(
        pipeline,
        tenantId,
        sent.map(({ sid, from, to, status, createdAt }) => ({ sid, from, to, status, madeAt: createdAt })),
      );
    }
    if (unknown > 0) log.error({ tenantId, numberId, unknown }, "the carrier has messages that we don't");
    return until;
  });
}

/** `compare` returns up to when the number is compared. A failed comparison is retried soon. */
function compareLoop(
  direction: "inbound" | "outbound",
  pipeline: Pipeline,
  log: Logger,
  compare: (check: CarrierCheck) => Promise<Date>,
): Loop {
  return {
    name: `compare ${direction}`,
    run: async () => {
      // After a restore, catch-up-after-restore.ts fetches everything since the backup and reports it together.
      if (!(await isKnownDatabase(pipeline))) return REST_MS[direction];
      const due = await takeDueChecks(pipeline, direction, NUMBERS_AT_ONCE[direction]);
      const one = async (check: CarrierCheck) => {
        try {
          await finishCheck(pipeline, direction, check.numberId, await compare(check));
        } catch (error) {
          log.warn(
            { numberId: check.numberId, direction, err: error },
            "could not compare with the carrier yet",
          );
          await postponeCheck(pipeline, direction, check.numberId);
        }
      };
      await Promise.all(due.map(one));
      return due.length === NUMBERS_AT_ONCE[direction] ? 0 : REST_MS[direction];
    },
  };
}

/** It is not documented whether the list honours the time of day. So the request covers more, and this filters. */
function isMade(direction: string, since: Date, until: Date) {
  return (message: CarrierMessage): message is CarrierMessage & { createdAt: Date } =>
    message.direction === direction &&
    message.createdAt !== null &&
    message.createdAt >= since &&
    message.createdAt <= until;
}
