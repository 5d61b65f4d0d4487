import { localDay, localMonth } from "@smscrm/core/budget-period";
import type { Allowances, MessageFacts, Verdict } from "@smscrm/core/gates/gate";
import type { PipelineTransaction } from "../connection.ts";
import { timeOrderedId } from "../time-ordered-ids.ts";
import type { Decided, Refusal } from "./decide.ts";
import type { NumberRow, TenantRow } from "./facts.ts";

/** The carrier must not keep a message longer than this: what we stop, stays stopped. */
const LONGEST_VALIDITY_SECONDS = 300;

/** A message that may be handed over, with its attempt already committed. */
export interface ClaimedMessage {
  attemptId: string;
  jobId: string;
  campaignId: string;
  tenantId: string;
  from: string;
  to: string;
  body: string;
  validitySeconds: number;
}

/**
 * Everything in four pipelined statements. Attempts before jobs, because money is locked before counters; jobs are one
 * statement, so that their counters are locked once, in order.
 */
export async function write(
  tx: PipelineTransaction,
  tenant: TenantRow,
  numbers: readonly NumberRow[],
  allowances: Allowances,
  decided: readonly Decided[],
): Promise<ClaimedMessage[]> {
  const sends = decided.filter(isSend).map((one) => ({ ...one, attemptId: timeOrderedId(tenant.now) }));
  const messages = messagesOf(tenant, allowances, sends);
  await Promise.all([
    ...(sends.length > 0
      ? [
          useUpBudget(tx, tenant, allowances),
          useUpNumbers(tx, tenant, numbers, allowances, sends),
          writeAttempts(tx, tenant, sends, messages),
        ]
      : []),
    writeJobs(tx, tenant, allowances, decided, sends),
  ]);
  return messages;
}

type SendDecided = Decided & { verdict: Extract<Verdict, { kind: "send" }> };
type Sending = SendDecided & { attemptId: string };
function isSend(one: Decided): one is SendDecided {
  return one.verdict.kind === "send";
}

/** The tenant's local day and month: what the budget row stands in after a roll-over, never backwards. */
function period({ timezone, now }: TenantRow) {
  return { day: localDay(timezone, now), month: `${localMonth(timezone, now)}-01` };
}

/** Rolls the budget over into the present day and month, and notes what is left of the rate. The money itself is
 * reserved by the attempts that are inserted next. */
async function useUpBudget(
  tx: PipelineTransaction,
  tenant: TenantRow,
  allowances: Allowances,
): Promise<void> {
  const { day, month } = period(tenant);
  await tx`
    update budgets set
      daily_spent_cents = case when local_day < ${day}::date then 0 else daily_spent_cents end,
      daily_reserved_cents = case when local_day < ${day}::date then 0 else daily_reserved_cents end,
      monthly_spent_cents = case when local_month < ${month}::date then 0 else monthly_spent_cents end,
      monthly_reserved_cents = case when local_month < ${month}::date then 0 else monthly_reserved_cents end,
      local_day = greatest(local_day, ${day}::date), local_month = greatest(local_month, ${month}::date),
      rate_tokens = ${allowances.tenantTokens}, rate_tokens_at = ${tenant.now}
    where tenant_id = ${tenant.id}`;
}

function messagesOf(tenant: TenantRow, allowances: Allowances, sends: readonly Sending[]): ClaimedMessage[] {
  const phoneOf = new Map(allowances.senders.map((sender) => [sender.id, sender.phoneE164]));
  return sends.map(({ attemptId, job, message, endsAt, verdict }) => ({
    attemptId,
    jobId: job.jobId,
    campaignId: job.campaignId,
    tenantId: tenant.id,
    from: phoneOf.get(verdict.senderId)!,
    to: job.phoneE164,
    body: message.text,
    validitySeconds: validitySeconds(endsAt, tenant.now),
  }));
}

async function writeAttempts(
  tx: PipelineTransaction,
  tenant: TenantRow,
  sends: readonly Sending[],
  messages: readonly ClaimedMessage[],
): Promise<void> {
  const { day, month } = period(tenant);
  const rows = sends.map(({ attemptId, job, message, verdict }, at) => ({
    id: attemptId,
    job_id: job.jobId,
    campaign_id: job.campaignId,
    attempt: job.attempts + 1,
    sender_id: verdict.senderId,
    from_phone: messages[at]!.from,
    to_phone: job.phoneE164,
    body: message.text,
    segments: message.facts.segments,
    validity: messages[at]!.validitySeconds,
    price: message.facts.priceMicros,
  }));
  await tx`
    insert into send_attempts (id, tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone,
      to_phone, body, segments, validity_seconds, budget_day, budget_month, reserved_micros, claimed_at)
    select id, ${tenant.id}, job_id, campaign_id, attempt, sender_id, from_phone, to_phone, body, segments, validity,
      greatest(${day}::date, b.local_day), greatest(${month}::date, b.local_month), price, ${tenant.now}
    from jsonb_to_recordset(${tx.json(rows as never)}) as r (
      id uuid, job_id uuid, campaign_id uuid, attempt smallint, sender_id uuid, from_phone text, to_phone text,
      body text, segments smallint, validity int, price bigint
    ) cross join (select local_day, local_month from budgets where tenant_id = ${tenant.id}) b`;
}

async function writeJobs(
  tx: PipelineTransaction,
  tenant: TenantRow,
  allowances: Allowances,
  decided: readonly Decided[],
  sends: readonly Sending[],
): Promise<void> {
  const attemptOf = new Map(sends.map(({ job, attemptId }) => [job.jobId, attemptId]));
  const rows = decided.map((one) => ({
    job_id: one.job.jobId,
    segments: one.message.facts.segments,
    price: one.message.facts.priceMicros,
    ...(isSend(one)
      ? { attempt_id: attemptOf.get(one.job.jobId), ...sendColumns(one, tenant.now, allowances) }
      : refusalColumns(one.verdict as Refusal, one.dueAt)),
  }));
  await tx`
    update send_jobs j set status = d.status,
      failure_reason = case when d.status = 'failed' then d.reason end,
      hold_reason = case when d.status = 'queued' then d.reason end,
      gate = d.gate, verdict = d.verdict, not_before = d.until, due_at = coalesce(d.due, j.due_at),
      attempts = coalesce(d.attempt, j.attempts), last_attempt_id = coalesce(d.attempt_id, j.last_attempt_id),
      sending_number_id = coalesce(d.sender_id, j.sending_number_id), segments = d.segments, price_micros = d.price,
      claimed_at = case when d.status = 'sending' then ${tenant.now}::timestamptz else j.claimed_at end,
      final_at = case when d.status = 'failed' then ${tenant.now}::timestamptz end, updated_at = ${tenant.now}
    from jsonb_to_recordset(${tx.json(rows as never)}) as d (
      job_id uuid, attempt_id uuid, segments smallint, price bigint, status text, reason text, gate text,
      until timestamptz, due timestamptz, verdict jsonb, attempt smallint, sender_id uuid)
    where j.id = d.job_id`;
}

function sendColumns({ job, message, verdict }: SendDecided, now: Date, allowances: Allowances) {
  return {
    status: "sending",
    attempt: job.attempts + 1,
    sender_id: verdict.senderId,
    verdict: { kind: "send", at: now, looked: lookedAtForSend(message.facts, allowances) },
  };
}

function refusalColumns(verdict: Refusal, dueAt: Date | null) {
  return {
    status: verdict.kind === "drop" ? "failed" : "queued",
    reason: verdict.reason,
    gate: verdict.gate,
    until: verdict.kind === "hold" ? verdict.until : null,
    due: dueAt,
    verdict,
  };
}

/** The carrier may try only while the recipient's window is open and the message is timely. */
function validitySeconds(endsAt: Date | null, now: Date): number {
  const leftSeconds = endsAt ? (endsAt.getTime() - now.getTime()) / 1_000 : LONGEST_VALIDITY_SECONDS;
  return Math.max(1, Math.floor(Math.min(LONGEST_VALIDITY_SECONDS, leftSeconds)));
}

/** Why it went: what the gates saw, small enough to keep for each message. */
function lookedAtForSend(facts: MessageFacts, allowances: Allowances) {
  return {
    consent: facts.consent?.basis ?? null,
    answersMessageOf: facts.answering?.wroteAt ?? null,
    zones: facts.quietHours.zones.length === 1 ? facts.quietHours.zones[0]! : facts.quietHours.zones.length,
    zoneSource: facts.quietHours.zoneSource,
    quietHoursOverride: facts.quietHours.overrideReason,
    handOvers7d: facts.frequency.recentHandOvers.length,
    expiresAt: facts.expiry.expiresAt,
    lineType: facts.phone.lineType,
    dailyLeftMicros: allowances.budget.dailyLeftMicros,
  };
}

async function useUpNumbers(
  tx: PipelineTransaction,
  tenant: TenantRow,
  numbers: readonly NumberRow[],
  allowances: Allowances,
  sends: readonly SendDecided[],
): Promise<void> {
  const today = localDay(tenant.timezone, tenant.now);
  const sentBy = new Map<string, number>();
  for (const { verdict } of sends) sentBy.set(verdict.senderId, (sentBy.get(verdict.senderId) ?? 0) + 1);
  const tokens = new Map(allowances.senders.map((sender) => [sender.id, sender.tokens]));
  const used = numbers.filter((number) => sentBy.has(number.id));
  await tx`
    update sending_numbers n set tokens = u.tokens, tokens_at = ${tenant.now},
      sent_on = greatest(n.sent_on, ${today}::date),
      sent_today = case when n.sent_on >= ${today}::date then n.sent_today else 0 end + u.sent
    from unnest(
      ${used.map((number) => number.id)}::uuid[],
      ${used.map((number) => tokens.get(number.id)!)}::float8[],
      ${used.map((number) => sentBy.get(number.id)!)}::int[]
    ) as u (id, tokens, sent)
    where n.id = u.id`;
}
