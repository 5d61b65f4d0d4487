import { mergeCarrierUpdates } from "../carrier/carrier-updates.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { isErased } from "../privacy/erased-numbers.ts";
import { markOf } from "../privacy/erasure-steps.ts";
import type { CarrierSent } from "./carrier-sent.ts";
import { recordDifferences } from "./differences.ts";
import { type Found, findJobs } from "./find-jobs.ts";
import { writeSent } from "./write-sent.ts";

export type { CarrierSent } from "./carrier-sent.ts";

/**
 * Writes back messages that the carrier has and the restored database does not know. Their send jobs count as sent,
 * with an attempt, cost and status, and are never sent again. Messages that belong to nothing here are stored for a
 * person to read. May be repeated: a linked message is only updated.
 */
export function takeMissedOutbound(
  sql: Pipeline,
  restoreId: string,
  messages: readonly CarrierSent[],
): Promise<void> {
  if (messages.length === 0) return Promise.resolve();
  return transact(sql, async (tx) => {
    // One worker at a time: two could give the same message two send jobs.
    await tx`select 1 from restores where id = ${restoreId} for update`;
    const known = await linkedSids(tx, messages);
    const strange = messages.filter((message) => !known.has(message.sid));
    const found = await withoutErased(tx, await findJobs(tx, oldestFirst(strange)));
    const attemptOf = await writeSent(tx, found);
    const attempts = new Map(
      found.flatMap((one) => (one.attemptId ? [[one.message.sid, one.attemptId]] : [])),
    );
    await mergeCarrierUpdates(
      tx,
      messages.flatMap(({ sid, status, errorCode, priceMicros }) => {
        const attemptId = attemptOf.get(sid) ?? attempts.get(sid) ?? null;
        return known.has(sid) || attemptId ? [{ attemptId, sid, status, errorCode, priceMicros }] : [];
      }),
    );
    await recordDifferences(
      tx,
      restoreId,
      found.map((one) => differenceOf(one, attemptOf.has(one.message.sid))),
    );
  });
}

/** A message to an erased person stays unlinked, and is recorded without its number and text. */
async function withoutErased(tx: PipelineTransaction, found: readonly Found[]): Promise<Found[]> {
  const checked: Found[] = [];
  for (const one of found) {
    const { message, tenantId } = one;
    if (!tenantId || !(await isErased(tx, tenantId, message.to))) {
      checked.push(one);
      continue;
    }
    const to = await markOf(tx, tenantId, message.to);
    checked.push({
      ...one,
      message: { ...message, to, body: "" },
      campaignId: null,
      jobId: null,
      attemptId: null,
    });
  }
  return checked;
}

async function linkedSids(tx: PipelineTransaction, messages: readonly CarrierSent[]): Promise<Set<string>> {
  const rows = await tx<{ sid: string }[]>`
    select carrier_sid as sid from send_attempts where carrier_sid = any(${messages.map((one) => one.sid)}::text[])`;
  return new Set(rows.map((row) => row.sid));
}

/** Sorts by time, so that a person's first message belongs to the first job. */
function oldestFirst(messages: readonly CarrierSent[]): CarrierSent[] {
  return [...messages].sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
}

function differenceOf({ message, tenantId, campaignId, jobId, attemptId }: Found, isWritten: boolean) {
  const { sid, to: phone, body, createdAt: at } = message;
  const kind = isWritten || attemptId ? ("sent" as const) : ("sent-elsewhere" as const);
  return { tenantId, kind, sid, phone, campaignId, jobId, body, at };
}
