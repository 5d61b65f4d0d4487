import type { Decided, Refusal } from "@smscrm/core/claim/decisions";
import type { ClaimNumber } from "@smscrm/core/claim/facts";
import { consentUsed } from "@smscrm/core/gates/consent";
import type { Allowances, MessageFacts, Verdict } from "@smscrm/core/gates/gate";
import { factsToStore } from "@smscrm/core/replay/stored-decision";
import { budgetPeriod } from "@smscrm/core/time/budget-period";
import { insertLinkRecipients } from "../../links/recipients.ts";
import type { PipelineTransaction } from "../../postgres/connection.ts";
import { timeOrderedId } from "../../postgres/time-ordered-ids.ts";
import { COUNT_SENT } from "../../senders/numbers.ts";
import { ROLL_OVER } from "../../tenants/budget-periods.ts";
import type { TenantRow } from "./facts.ts";

/** The carrier may try a message only this long, so that a stop takes effect there too. */
const VALIDITY_SECONDS_MAX = 300;

/** A message to submit, with its attempt already committed. */
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
 * Writes a claim in four pipelined statements, five if its texts have short links. Attempts come before jobs, because money is locked before counters.
 * Jobs are one statement, so that their counters are locked once, in order.
 */
export async function write(
  tx: PipelineTransaction,
  tenant: TenantRow,
  numbers: readonly ClaimNumber[],
  allowances: Allowances,
  decided: readonly Decided[],
): Promise<ClaimedMessage[]> {
  const sends = decided.filter(isSend).map((one) => ({ ...one, attemptId: timeOrderedId(tenant.now) }));
  const messages = messagesOf(tenant, allowances, sends);
  await Promise.all([
    ...(sends.length > 0
      ? [
          updateBudget(tx, tenant, allowances),
          updateSendingNumbers(tx, tenant, numbers, allowances, sends),
          writeAttempts(tx, tenant, sends, messages),
          ...writeLinkRecipients(tx, tenant, sends),
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

/**
 * Rolls the budget over to the current day and month, and stores the tenant's rate tokens. The attempts, which are
 * inserted next, reserve the money.
 */
async function updateBudget(
  tx: PipelineTransaction,
  tenant: TenantRow,
  allowances: Allowances,
): Promise<void> {
  const { localDay, localMonth } = budgetPeriod(tenant.timezone, tenant.now);
  await tx`
    update budgets set ${tx.unsafe(ROLL_OVER)},
      rate_tokens = ${allowances.tenantTokens}, rate_tokens_at = ${tenant.now}
    from (select ${localDay}::date as day, ${localMonth}::date as month) p
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
  const { localDay: day, localMonth: month } = budgetPeriod(tenant.timezone, tenant.now);
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

function writeLinkRecipients(
  tx: PipelineTransaction,
  tenant: TenantRow,
  sends: readonly Sending[],
): Promise<void>[] {
  const recipients = sends.flatMap(({ job: { linkCode, campaignId, jobId } }) =>
    linkCode ? [{ campaignId, sendJobId: jobId, code: linkCode }] : [],
  );
  return recipients.length > 0 ? [insertLinkRecipients(tx, tenant.id, recipients)] : [];
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
      ? { attempt_id: attemptOf.get(one.job.jobId), ...sendColumns(one, tenant, allowances) }
      : refusalColumns(one, tenant)),
  }));
  await tx`
    update send_jobs j set status = d.status,
      failure_reason = case when d.status = 'failed' then d.reason end,
      hold_reason = case when d.status = 'queued' then d.reason end,
      gate = d.gate, verdict = d.verdict || ${tx.unsafe(EARLIER_HOLDS)}, not_before = d.until, due_at = coalesce(d.due, j.due_at),
      attempts = coalesce(d.attempt, j.attempts), last_attempt_id = coalesce(d.attempt_id, j.last_attempt_id),
      sending_number_id = coalesce(d.sender_id, j.sending_number_id), segments = d.segments, price_micros = d.price,
      variant = coalesce(d.variant, j.variant),
      claimed_at = case when d.status = 'sending' then ${tenant.now}::timestamptz else j.claimed_at end,
      final_at = case when d.status = 'failed' then ${tenant.now}::timestamptz end, updated_at = ${tenant.now}
    from jsonb_to_recordset(${tx.json(rows as never)}) as d (
      job_id uuid, attempt_id uuid, segments smallint, price bigint, status text, reason text, gate text,
      until timestamptz, due timestamptz, verdict jsonb, attempt smallint, sender_id uuid, variant smallint)
    where j.id = d.job_id`;
}

/** More holds of one message are not kept: the first ones are what a replay of a month counts. */
const EARLIER_MAX = 40;

/**
 * The holds of a message by the sending rules, before this decision. Without them nobody could say what other rules
 * would have let through, because the message goes in the end. Other holds are not kept: a rate limit may hold a
 * message a hundred times.
 */
const EARLIER_HOLDS = `case
  when j.verdict ->> 'kind' = 'hold' and j.verdict ->> 'gate' in ('frequency', 'quiet-hours') and j.verdict ? 'facts'
    and jsonb_array_length(coalesce(j.verdict -> 'earlier', '[]')) < ${EARLIER_MAX}
    then jsonb_build_object('earlier', coalesce(j.verdict -> 'earlier', '[]') || jsonb_build_array(j.verdict - 'earlier'))
  when j.verdict ? 'earlier' then jsonb_build_object('earlier', j.verdict -> 'earlier')
  else '{}' end`;

/** The facts for a replay under other rules; see core/replay. */
const storedFacts = ({ candidate, message }: Decided, tenant: TenantRow) =>
  factsToStore(candidate, message.facts, tenant.rulesRevision);

function sendColumns(one: SendDecided, tenant: TenantRow, allowances: Allowances) {
  const { now } = tenant;
  const { job, message, verdict } = one;
  return {
    status: "sending",
    attempt: job.attempts + 1,
    sender_id: verdict.senderId,
    variant: message.facts.abTest?.variant,
    verdict: {
      ...{ kind: "send", at: now, looked: evidenceForSend(message.facts, allowances, now) },
      facts: storedFacts(one, tenant),
    },
  };
}

function refusalColumns(one: Decided, tenant: TenantRow) {
  const { dueAt } = one;
  const verdict = one.verdict as Refusal;
  return {
    status: verdict.kind === "drop" ? "failed" : "queued",
    reason: verdict.reason,
    gate: verdict.gate,
    until: verdict.kind === "hold" ? verdict.until : null,
    due: dueAt,
    verdict: { ...verdict, at: tenant.now, facts: storedFacts(one, tenant) },
  };
}

/** The carrier may try only while the recipient's window is open and the message has not expired. */
function validitySeconds(endsAt: Date | null, now: Date): number {
  const leftSeconds = endsAt ? (endsAt.getTime() - now.getTime()) / 1_000 : VALIDITY_SECONDS_MAX;
  return Math.max(1, Math.floor(Math.min(VALIDITY_SECONDS_MAX, leftSeconds)));
}

/** The gates' facts for a message that was sent, small enough to store with each. */
function evidenceForSend(facts: MessageFacts, allowances: Allowances, now: Date) {
  return {
    consent: consentUsed(facts, now),
    ...(facts.purpose !== "marketing" && { purpose: facts.purpose ?? null }),
    ...(facts.topic && { topic: facts.topic }),
    answersMessageOf: facts.answering?.wroteAt ?? null,
    ...(facts.abTest && { variant: facts.abTest.variant }),
    zones: facts.quietHours.zones.length === 1 ? facts.quietHours.zones[0]! : facts.quietHours.zones.length,
    zoneSource: facts.quietHours.zoneSource,
    ...(facts.requested && {
      requested: true,
      ...(facts.requested.byOwnerAt && { requestedByOwnerAt: facts.requested.byOwnerAt }),
    }),
    quietHoursOverride: facts.quietHours.overrideReason,
    handOvers7d: facts.frequency.recentSubmissions.length,
    expiresAt: facts.expiry.expiresAt,
    lineType: facts.phone.lineType,
    dailyLeftMicros: allowances.budget.dailyLeftMicros,
  };
}

async function updateSendingNumbers(
  tx: PipelineTransaction,
  tenant: TenantRow,
  numbers: readonly ClaimNumber[],
  allowances: Allowances,
  sends: readonly SendDecided[],
): Promise<void> {
  const { localDay: today } = budgetPeriod(tenant.timezone, tenant.now);
  const sentBy = new Map<string, number>();
  for (const { verdict } of sends) sentBy.set(verdict.senderId, (sentBy.get(verdict.senderId) ?? 0) + 1);
  const tokens = new Map(allowances.senders.map((sender) => [sender.id, sender.tokens]));
  const used = numbers.filter((number) => sentBy.has(number.id));
  await tx`
    update sending_numbers n set tokens = u.tokens, tokens_at = ${tenant.now},
      ${tx.unsafe(COUNT_SENT)}
    from (select *, ${today}::date as day from unnest(
      ${used.map((number) => number.id)}::uuid[],
      ${used.map((number) => tokens.get(number.id)!)}::float8[],
      ${used.map((number) => sentBy.get(number.id)!)}::int[]
    ) as used (id, tokens, sent)) u
    where n.id = u.id`;
}
