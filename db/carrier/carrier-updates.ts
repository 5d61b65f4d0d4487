import { UNREGISTERED_CODES } from "@smscrm/core/campaigns/carrier-registration";
import { failedMessageFeeMicros } from "@smscrm/core/price/pricing";
import { classifyCallbackError, describeCarrierError } from "@smscrm/core/send/carrier-outcome";
import {
  type CarrierStatus,
  FINAL_CARRIER_STATUSES,
  isCarrierStatus,
  mergeCarrierStatus,
  sendJobStatusFor,
} from "@smscrm/core/send/carrier-status";
import { SUBMISSION_LIMIT_MS } from "@smscrm/core/send/send-job";
import { applyCarrierFeedback, type CarrierFeedback } from "../contacts/carrier-feedback.ts";
import type { PipelineTransaction } from "../postgres/connection.ts";
import { askAfterRefusal } from "./registrations.ts";

/** A status of one message from the carrier, by callback or by look-up. */
export interface CarrierUpdate {
  /** From our callback's URL; null if only the carrier's id is known. */
  attemptId: string | null;
  sid: string;
  status: string;
  errorCode: number | null;
  /** The actual price, once the carrier reports it. */
  priceMicros?: number | null;
}

interface AttemptRow {
  id: string;
  tenantId: string;
  /** Whether the recipient was erased. */
  isErased: boolean;
  sid: string | null;
  carrierStatus: CarrierStatus | null;
  errorCode: number | null;
  state: string;
  reservedMicros: string;
  spentMicros: string;
  priceMicros: string | null;
}

/** The owner of an update. */
interface UpdateOwner {
  attemptId: string;
  tenantId: string;
  /** Whether the recipient was erased: then nothing may be stored that names them. */
  isErased: boolean;
}

/** The attempt and tenant of each update; null: not our message. */
export type MatchedUpdates = ReadonlyMap<CarrierUpdate, UpdateOwner | null>;

/**
 * Merges carrier updates into attempts and their jobs. Any order and any repetition gives the same result, and
 * nothing moves backwards. An update may come before our own request returns: the attempt's id in its URL identifies
 * it.
 */
export async function mergeCarrierUpdates(
  tx: PipelineTransaction,
  updates: readonly CarrierUpdate[],
): Promise<MatchedUpdates> {
  const attempts = await lockAttempts(tx, updates);
  const ownerOf = owners(attempts);
  const matched = new Map<CarrierUpdate, UpdateOwner | null>();
  const merged = new Map<string, Merged>();
  for (const update of updates) {
    const ours = ownerOf(update);
    matched.set(
      update,
      ours ? { attemptId: ours.id, tenantId: ours.tenantId, isErased: ours.isErased } : null,
    );
    if (ours) merged.set(ours.id, mergeOne(merged.get(ours.id) ?? startOf(ours, update.sid), update));
  }
  await write(tx, [...merged.values()]);
  await askAfterRefusal(
    tx,
    [...merged.values()].flatMap(({ attempt, errorCode }) =>
      errorCode !== null && UNREGISTERED_CODES.includes(errorCode) ? [attempt.id] : [],
    ),
  );
  return matched;
}

/**
 * Returns a function that finds an update's attempt. One attempt has one message, and one message one attempt. An
 * update that contradicts this (another message's id with an attempt's URL) belongs to none.
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
    select id, tenant_id as "tenantId", to_phone like 'erased:%' as "isErased", carrier_sid as sid, carrier_status as "carrierStatus",
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

/** An unknown status only proves that the message exists. */
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

/**
 * The error code belongs to the winning status. Of two codes for one status the greater wins, so that the order does
 * not matter.
 */
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
  // Attempts first: they move money, and money is locked before counters. Both statements are pipelined in this
  // order.
  const attempts = tx`
    update send_attempts a set
      state = 'accepted', carrier_sid = r.sid, carrier_status = r.carrier_status, carrier_error_code = r.code,
      -- Only the sending worker knows the exact time and writes it when it settles. Until then this is the latest possible time.
      handed_over_at = coalesce(a.handed_over_at, least(clock_timestamp(), a.claimed_at + make_interval(secs => ${SUBMISSION_LIMIT_MS / 1_000}))),
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
      -- A queued job counted as not sent: the carrier's update keeps it from being sent again.
      and (j.status in ('queued', 'sending', 'unknown')
        or (j.status = 'sent' and (r.job_status in ('delivered', 'failed') or j.gate = 'presumed-sent'))
        or (j.status = 'failed' and j.gate = 'carrier' and r.job_status in ('delivered', 'failed'))
        -- An operator asked for another attempt and a gate refused it: the first attempt decides.
        or (r.was_unknown and j.status in ('failed', 'canceled')))`;
  await Promise.all([attempts, jobs]);
  await applyCarrierFeedback(tx, merged.flatMap(feedbackOf));
}

function toRow({ attempt, sid, status, errorCode, priceMicros }: Merged) {
  const jobStatus = status === null ? null : sendJobStatusFor(status);
  return {
    id: attempt.id,
    sid,
    carrier_status: status,
    code: errorCode,
    job_status: jobStatus,
    reason: jobStatus === "failed" ? reasonAfterSubmission(errorCode) : null,
    final: status !== null && FINAL_CARRIER_STATUSES.includes(status),
    spent: priceMicros ?? spentMicros(attempt, status, errorCode),
    priced: priceMicros !== null,
    was_unknown: attempt.state === "unknown",
  };
}

/**
 * Returns the failure reason after a submission. A message that the carrier accepted and could not deliver is
 * "Undelivered", with its code. "Invalid phone" and "Do not contact" are reasons of a gate or of a refused request,
 * when nothing was sent. The code's recipient action still applies.
 */
function reasonAfterSubmission(errorCode: number | null): "Undelivered" | "Provider error" {
  return classifyCallbackError(errorCode).reason === "Provider error" ? "Provider error" : "Undelivered";
}

/** Twilio charges sent, delivered and undelivered messages; a failed one costs only the failed-message fee. */
function spentMicros(attempt: AttemptRow, status: string | null, errorCode: number | null): number {
  if (status === "failed") return failedMessageFeeMicros(errorCode);
  if (status === "canceled") return 0;
  // After a failed-message fee (or no cost) only the job has the message's own price.
  const spent = hasFailed(attempt) ? 0 : Number(attempt.spentMicros);
  return Number(attempt.reservedMicros) || spent || Number(attempt.priceMicros);
}

function hasFailed({ carrierStatus }: AttemptRow): boolean {
  return carrierStatus !== null && sendJobStatusFor(carrierStatus) === "failed";
}

/** Only the first failure counts: a repeated callback, or another failed status, must not strike twice. */
function feedbackOf({ attempt, status, errorCode }: Merged): CarrierFeedback[] {
  if (status === null || hasFailed(attempt) || sendJobStatusFor(status) !== "failed") return [];
  const { recipientAction } = classifyCallbackError(errorCode);
  if (recipientAction === "none") return [];
  return [{ attemptId: attempt.id, action: recipientAction, why: describeCarrierError(errorCode) }];
}
