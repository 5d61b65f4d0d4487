import { mergeCarrierUpdates } from "../carrier-updates.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../connection.ts";
import { recordDifferences } from "./differences.ts";
import { type Found, findJobs } from "./find-jobs.ts";
import { writeSent } from "./write-sent.ts";

/** A message that the carrier took from us, as it kept it. */
export interface CarrierSent {
  sid: string;
  from: string;
  to: string;
  body: string;
  status: string;
  errorCode: number | null;
  priceMicros: number | null;
  createdAt: Date;
}

/**
 * Writes back what the carrier has and the restored database does not know: the message that it belongs to counts as
 * sent, with an attempt, its money and its status, and is never sent again. What belongs to nothing here is kept for
 * a person to read. May be repeated: a message that is linked is only brought up to date.
 */
export function takeMissedOutbound(
  sql: Pipeline,
  restoreId: string,
  messages: readonly CarrierSent[],
): Promise<void> {
  if (messages.length === 0) return Promise.resolve();
  return transact(sql, async (tx) => {
    // One worker at a time: two that place the same message would take two send jobs for it.
    await tx`select 1 from restores where id = ${restoreId} for update`;
    const known = await linkedSids(tx, messages);
    const strange = messages.filter((message) => !known.has(message.sid));
    const found = await findJobs(tx, oldestFirst(strange));
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

async function linkedSids(tx: PipelineTransaction, messages: readonly CarrierSent[]): Promise<Set<string>> {
  const rows = await tx<{ sid: string }[]>`
    select carrier_sid as sid from send_attempts where carrier_sid = any(${messages.map((one) => one.sid)}::text[])`;
  return new Set(rows.map((row) => row.sid));
}

/** So that of several messages to a person the first belongs to the first job. */
function oldestFirst(messages: readonly CarrierSent[]): CarrierSent[] {
  return [...messages].sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
}

function differenceOf({ message, tenantId, campaignId, jobId, attemptId }: Found, isWritten: boolean) {
  const { sid, to: phone, body, createdAt: at } = message;
  const kind = isWritten || attemptId ? ("sent" as const) : ("sent-elsewhere" as const);
  return { tenantId, kind, sid, phone, campaignId, jobId, body, at };
}
