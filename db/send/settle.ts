import type { SendResult } from "@smscrm/core/send/submission-outcome";
import { noteTexted } from "../audiences/texted.ts";
import { applyCarrierFeedback, type CarrierFeedback } from "../contacts/carrier-feedback.ts";
import { type Fragment, type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";

/**
 * Writes the outcome of many sends in one transaction: reservations become spend or are released, jobs change state.
 * A callback may have come first: its status stays, because nothing here moves a job backwards.
 */
export async function settleSends(sql: Pipeline, results: readonly SendResult[]): Promise<void> {
  if (results.length === 0) return;
  const rows = withoutRepeatedSids(results.map(toRow));
  await transact(sql, async (tx) => {
    // Locked in order, so that this and webhook ingestion can't deadlock.
    const attempts = await tx<AttemptRow[]>`
      select id, send_job_id as "jobId", state
      from send_attempts where id = any(${rows.map((row) => row.id)}::uuid[]) order by id for no key update`;
    const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]));
    const open = rows.flatMap((row) => {
      const attempt = byId.get(row.id);
      if (attempt?.state !== "sending" && attempt?.state !== "unknown") return [];
      return [{ ...row, job_id: attempt.jobId, was_unknown: attempt.state === "unknown" }];
    });
    const given = (some: object[]) => tx`jsonb_to_recordset(${tx.json(some as never)}) as r (
      id uuid, job_id uuid, state text, sid text, carrier_status text, code int, http_status smallint,
      handed_over_at timestamptz, reason text, hold_reason text, retry_at timestamptz, was_unknown boolean)`;
    // Pipelined in this order: money before numbers and counters, as in a claim. The attempts' triggers lock the
    // budgets only after the rows are written, so that the tenants' claims wait less.
    await Promise.all([
      noteTexted(tx, given(rows)),
      settleAttempts(tx, given(rows)),
      results.some((result) => result.state === "released") ? returnWarmUp(tx, given(open)) : null,
      settleJobs(tx, given(open)),
      results.some((result) => result.state === "released") ? cancelErased(tx, given(open)) : null,
    ]);
    await applyCarrierFeedback(tx, feedbackOf(results));
  });
}

interface AttemptRow {
  id: string;
  jobId: string;
  /** The outcome of "sending" and "unknown" is not known yet. */
  state: string;
}

function toRow(result: SendResult) {
  const { attemptId, state, code, httpStatus } = result;
  return {
    id: attemptId,
    state,
    code,
    http_status: httpStatus,
    sid: state === "accepted" ? result.sid : null,
    carrier_status: state === "accepted" ? result.carrierStatus : null,
    handed_over_at: state === "released" ? null : result.submittedAt,
    reason: state === "rejected" ? result.reason : null,
    hold_reason: state === "released" ? result.holdReason : null,
    retry_at: state === "released" ? result.retryAt : null,
  };
}

/**
 * Two answers with one SID can't both be right. The first keeps it; the carrier's callback shows which attempt has
 * the message. One conflict must not stop the settlement of all others.
 */
function withoutRepeatedSids<Row extends { sid: string | null }>(rows: readonly Row[]): Row[] {
  const seen = new Set<string>();
  return rows.map((row) => {
    if (row.sid === null) return row;
    if (seen.has(row.sid)) return { ...row, sid: null };
    seen.add(row.sid);
    return row;
  });
}

/**
 * Settles jobs of attempts whose outcome was not known before. The worker that made the request knows the outcome,
 * even if others have marked it as unknown since (the database was down, a worker was stuck).
 */
async function settleJobs(tx: PipelineTransaction, given: Fragment): Promise<void> {
  await tx`
    update send_jobs j set
      status = case r.state when 'accepted' then 'sent' when 'rejected' then 'failed'
        when 'released' then 'queued' else 'unknown' end,
      failure_reason = case when r.state = 'rejected' then r.reason end,
      hold_reason = r.hold_reason,
      gate = case when r.state = 'rejected' then 'carrier' else j.gate end,
      carrier_error_code = case when r.state = 'accepted' then null else coalesce(r.code, j.carrier_error_code) end,
      not_before = case when r.state = 'released' then r.retry_at else j.not_before end,
      due_at = case when r.state = 'released' then coalesce(r.retry_at, clock_timestamp()) else j.due_at end,
      sent_at = case when r.state <> 'released' then coalesce(r.handed_over_at, j.sent_at) end,
      final_at = case when r.state = 'rejected' then clock_timestamp() end,
      updated_at = clock_timestamp()
    from ${given}
    where j.id = r.job_id and j.last_attempt_id = r.id
      and (j.status = 'sending' or (j.status = 'unknown' and r.state <> 'unknown')
        -- An operator has asked for another attempt since: the first was sent after all, so it must not be sent again.
        or (j.status = 'queued' and r.was_unknown and r.state = 'accepted'))`;
}

/** A released message of a person who was erased since has nobody to go to. */
async function cancelErased(tx: PipelineTransaction, given: Fragment): Promise<void> {
  await tx`
    update send_jobs j set status = 'canceled', failure_reason = 'Canceled', hold_reason = null, not_before = null,
      final_at = clock_timestamp()
    from ${given}
    where j.id = r.job_id and r.state = 'released' and j.status = 'queued'
      and not exists (select 1 from contacts c where c.id = j.contact_id)`;
}

async function settleAttempts(tx: PipelineTransaction, given: Fragment): Promise<void> {
  await tx`
    update send_attempts a set
      state = case when a.state = 'sending' or (a.state = 'unknown' and r.state <> 'unknown')
        then r.state else a.state end,
      -- A message of another attempt stays with it: one conflict must not stop the settlement of all others.
      carrier_sid = coalesce(a.carrier_sid, case when not exists (
        select 1 from send_attempts other where other.carrier_sid = r.sid and other.id <> a.id) then r.sid end),
      carrier_status = coalesce(a.carrier_status, r.carrier_status),
      carrier_error_code = case when a.carrier_status is null then coalesce(a.carrier_error_code, r.code)
        else a.carrier_error_code end,
      http_status = coalesce(r.http_status, a.http_status),
      handed_over_at = case when a.state in ('sending', 'unknown') and r.state = 'released' then null
        else coalesce(r.handed_over_at, a.handed_over_at) end,
      spent_micros = case when a.state in ('sending', 'unknown') and r.state = 'accepted'
        then a.reserved_micros else a.spent_micros end,
      reserved_micros = case when a.state in ('sending', 'unknown') and r.state <> 'unknown'
        then 0 else a.reserved_micros end,
      settled_at = clock_timestamp(),
      look_up_at = case
        when a.state not in ('sending', 'unknown') then a.look_up_at
        when r.state in ('released', 'rejected') then null
        when r.state = 'accepted' then clock_timestamp() + interval '30 minutes'
        when a.state = 'sending' then clock_timestamp() + interval '2 minutes'
        else a.look_up_at end
    from ${given} where a.id = r.id`;
}

/**
 * Returns released messages, which were not sent, to the number's warm-up allowance of the day. Only for attempts
 * that were open: a repeated settlement (the answer to its commit was lost) finds them settled.
 */
async function returnWarmUp(tx: PipelineTransaction, given: Fragment): Promise<void> {
  await tx`
    update sending_numbers n set sent_today = greatest(0, n.sent_today - back.released)
    from (
      select a.sending_number_id as id, a.budget_day, count(*)::int as released
      from ${given} join send_attempts a on a.id = r.id
      where r.state = 'released' group by 1, 2
    ) back
    where n.id = back.id and n.sent_on = back.budget_day`;
}

function feedbackOf(results: readonly SendResult[]): CarrierFeedback[] {
  return results.flatMap((result) =>
    result.state === "rejected" && result.feedback
      ? [{ attemptId: result.attemptId, ...result.feedback }]
      : [],
  );
}

/**
 * Marks attempts as unknown whose worker died after the commit: nobody knows if they went out, so they never return
 * to the queue. `olderThanSeconds` is longer than any request, so that a live worker's attempts are not affected.
 */
export async function markOrphansUnknown(sql: Pipeline, olderThanSeconds: number): Promise<number> {
  const orphans = await sql<{ id: string; claimedAt: Date }[]>`
    select id, claimed_at as "claimedAt" from send_attempts
    where state = 'sending' and claimed_at < clock_timestamp() - make_interval(secs => ${olderThanSeconds})
    order by id limit 1000`;
  await settleSends(
    sql,
    orphans.map(({ id, claimedAt }) => ({
      attemptId: id,
      state: "unknown",
      code: null,
      httpStatus: null,
      submittedAt: claimedAt,
    })),
  );
  return orphans.length;
}
