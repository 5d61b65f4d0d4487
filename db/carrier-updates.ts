import { classifyCallbackError, describeCarrierError } from "@smscrm/core/carrier-outcome";
import {
  type CarrierStatus,
  FINAL_CARRIER_STATUSES,
  isCarrierStatus,
  mergeCarrierStatus,
  sendJobStatusFor,
} from "@smscrm/core/carrier-status";
import { failedMessageFeeMicros } from "@smscrm/core/pricing";
import { HAND_OVER_LIMIT_MS } from "@smscrm/core/send-job";
import type { PipelineTransaction } from "./connection.ts";
import { learnFromCarrier, type RecipientLesson } from "./recipient-actions.ts";

/** What the carrier says of one message: by callback, or asked. */
export interface CarrierUpdate {
  /** From our callback address; null where only the carrier's id is known. */
  attemptId: string | null;
  sid: string;
  status: string;
  errorCode: number | null;
  /** What it really cost, once the carrier says. */
  priceMicros?: number | null;
}

interface AttemptRow {
  id: string;
  tenantId: string;
  sid: string | null;
  carrierStatus: CarrierStatus | null;
  errorCode: number | null;
  state: string;
  reservedMicros: string;
  spentMicros: string;
  priceMicros: string | null;
}

/** Which attempt and tenant an update belongs to; null: no message of ours. */
export type Matched = ReadonlyMap<CarrierUpdate, { attemptId: string; tenantId: string } | null>;

/**
 * Merges what the carrier says into attempts and their jobs: any order, any repetition, one result, never
 * backwards. An update may come before our own request returned: the attempt's id in its address proves it.
 */
export async function mergeCarrierUpdates(
  tx: PipelineTransaction,
  updates: readonly CarrierUpdate[],
): Promise<Matched> {
  const attempts = await lockAttempts(tx, updates);
  const ownerOf = owners(attempts);
  const matched = new Map<CarrierUpdate, { attemptId: string; tenantId: string } | null>();
  const merged = new Map<string, Merged>();
  for (const update of updates) {
    const ours = ownerOf(update);
    matched.set(update, ours ? { attemptId: ours.id, tenantId: ours.tenantId } : null);
    if (ours) merged.set(ours.id, mergeOne(merged.get(ours.id) ?? startOf(ours, update.sid), update));
  }
  await write(tx, [...merged.values()]);
  return matched;
}

/**
 * Finds whose message an update is about: one attempt has one message, and one message one attempt. An update that
 * says otherwise (another message's id under an attempt's address) is nobody's.
 */
function owners(attempts: readonly AttemptRow[]): (update: CarrierUpdate) => AttemptRow | null {
  const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  const bySid = new Map(
    attempts.flatMap((attempt) => (attempt.sid ? [[attempt.sid, attempt] as const] : [])),
  );
  const linked = new Set(bySid.values());
  return ({ attemptId, sid }) => {
    const addressed = attemptId ? byId.get(attemptId) : undefined;
    const known = bySid.get(sid);
    if (known) return addressed && addressed !== known ? null : known;
    if (!addressed || linked.has(addressed)) return null;
    bySid.set(sid, addressed);
    linked.add(addressed);
    return addressed;
  };
}

function lockAttempts(tx: PipelineTransaction, updates: readonly CarrierUpdate[]): Promise<AttemptRow[]> {
  const ids = updates.flatMap((update) => update.attemptId ?? []);
  const sids = updates.map((update) => update.sid);
  return tx<AttemptRow[]>`
    select id, tenant_id as "tenantId", carrier_sid as sid, carrier_status as "carrierStatus",
      carrier_error_code as "errorCode", state, reserved_micros as "reservedMicros", spent_micros as "spentMicros",
      (select j.price_micros from send_jobs j where j.id = send_job_id) as "priceMicros"
    from send_attempts where id in (
      select id from send_attempts where id = any(${ids}::uuid[])
      union select id from send_attempts where carrier_sid = any(${sids}::text[])
    ) order by id for no key update`;
}

interface Merged {
  attempt: AttemptRow;
  sid: string;
  status: CarrierStatus | null;
  errorCode: number | null;
  priceMicros: number | null;
}

function startOf(attempt: AttemptRow, sid: string): Merged {
  const { carrierStatus: status, errorCode } = attempt;
  return { attempt, sid, status, errorCode, priceMicros: null };
}

/** A status that is new to us says only that the message exists. */
function mergeOne(current: Merged, update: CarrierUpdate): Merged {
  const incoming = isCarrierStatus(update.status) ? update.status : null;
  const status = mergeCarrierStatus(current.status, incoming);
  return {
    ...current,
    status,
    errorCode: mergeErrorCode(current, incoming, update.errorCode),
    priceMicros: update.priceMicros ?? current.priceMicros,
  };
}

/** The code belongs to the status that decides; of two for the same status the greater, so that order is nothing. */
function mergeErrorCode(current: Merged, incoming: CarrierStatus | null, code: number | null): number | null {
  if (incoming === null || mergeCarrierStatus(current.status, incoming) !== incoming)
    return current.errorCode;
  if (incoming !== current.status) return code;
  return code === null || current.errorCode === null
    ? (code ?? current.errorCode)
    : Math.max(code, current.errorCode);
}

async function write(tx: PipelineTransaction, merged: readonly Merged[]): Promise<void> {
  if (merged.length === 0) return;
  const rows = merged.map(toRow);
  const given = tx`jsonb_to_recordset(${tx.json(rows as never)}) as r (
    id uuid, sid text, carrier_status text, code int, job_status text, reason text, final boolean, spent bigint,
    priced boolean, was_unknown boolean)`;
  // Attempts first: they move money, and money is locked before counters. Both are under way at once, in this order.
  const attempts = tx`
    update send_attempts a set
      state = 'accepted', carrier_sid = r.sid, carrier_status = r.carrier_status, carrier_error_code = r.code,
      -- Only the sender knows the very moment, and says so when it settles; until then the latest that it can have been.
      handed_over_at = coalesce(a.handed_over_at, least(clock_timestamp(), a.claimed_at + make_interval(secs => ${HAND_OVER_LIMIT_MS / 1_000}))),
      reserved_micros = 0, spent_micros = r.spent,
      price_source = case when r.priced then 'carrier' else a.price_source end,
      final_at = case when r.final then coalesce(a.final_at, clock_timestamp()) end,
      look_up_at = case when r.final then null else coalesce(a.look_up_at, clock_timestamp() + interval '30 minutes') end
    from ${given} where a.id = r.id`;
  const jobs = tx`
    update send_jobs j set status = r.job_status,
      failure_reason = case when r.job_status = 'failed' then r.reason end,
      gate = case when r.job_status = 'failed' then 'carrier'
        when j.gate in ('carrier', 'presumed-sent') then null else j.gate end,
      hold_reason = null, not_before = null, carrier_error_code = r.code,
      sent_at = coalesce(j.sent_at, a.handed_over_at),
      final_at = case when not r.final then null when j.status = r.job_status then j.final_at
        else clock_timestamp() end,
      updated_at = clock_timestamp()
    from ${given} join send_attempts a on a.id = r.id
    where j.id = a.send_job_id and j.last_attempt_id = a.id and r.job_status is not null
      -- A queued one was taken for not sent: what the carrier says of it keeps it from going again.
      and (j.status in ('queued', 'sending', 'unknown')
        or (j.status = 'sent' and (r.job_status in ('delivered', 'failed') or j.gate = 'presumed-sent'))
        or (j.status = 'failed' and j.gate = 'carrier' and r.job_status in ('delivered', 'failed'))
        -- A person asked for another attempt, which a gate refused: the first one is what happened.
        or (r.was_unknown and j.status in ('failed', 'canceled')))`;
  await Promise.all([attempts, jobs]);
  await learnFromCarrier(tx, merged.flatMap(lessonOf));
}

function toRow({ attempt, sid, status, errorCode, priceMicros }: Merged) {
  const jobStatus = status === null ? null : sendJobStatusFor(status);
  return {
    id: attempt.id,
    sid,
    carrier_status: status,
    code: errorCode,
    job_status: jobStatus,
    reason: jobStatus === "failed" ? reasonAfterHandOver(errorCode) : null,
    final: status !== null && FINAL_CARRIER_STATUSES.includes(status),
    spent: priceMicros ?? spentMicros(attempt, status, errorCode),
    priced: priceMicros !== null,
    was_unknown: attempt.state === "unknown",
  };
}

/**
 * What the carrier took and then could not deliver is "Undelivered", with its code beside it: "Invalid phone" and "Do not
 * contact" are what a gate or the request itself says, when nothing was sent. What the code teaches is learnt all the same.
 */
function reasonAfterHandOver(errorCode: number | null): "Undelivered" | "Provider error" {
  return classifyCallbackError(errorCode).reason === "Provider error" ? "Provider error" : "Undelivered";
}

/** Twilio charges sent, delivered and undelivered messages; a failed one costs only the failed-message fee. */
function spentMicros(attempt: AttemptRow, status: string | null, errorCode: number | null): number {
  if (status === "failed") return failedMessageFeeMicros(errorCode);
  if (status === "canceled") return 0;
  // After a fee (or nothing at all) the message's own price is on its job only.
  const spent = hasFailed(attempt) ? 0 : Number(attempt.spentMicros);
  return Number(attempt.reservedMicros) || spent || Number(attempt.priceMicros);
}

function hasFailed({ carrierStatus }: AttemptRow): boolean {
  return carrierStatus !== null && sendJobStatusFor(carrierStatus) === "failed";
}

/** Only the first step into failure teaches; a repeated callback, or a second name for it, must not strike twice. */
function lessonOf({ attempt, status, errorCode }: Merged): RecipientLesson[] {
  if (status === null || hasFailed(attempt) || sendJobStatusFor(status) !== "failed") return [];
  const { recipientAction } = classifyCallbackError(errorCode);
  if (recipientAction === "none") return [];
  return [{ attemptId: attempt.id, action: recipientAction, why: describeCarrierError(errorCode) }];
}
