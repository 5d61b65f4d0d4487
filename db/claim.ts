import { dayResetsAt, localDay, localMonth, monthResetsAt } from "@smscrm/core/budget-period";
import {
  type Allowances,
  evaluate,
  type MessageFacts,
  type SenderAllowance,
  type Verdict,
} from "@smscrm/core/gates/index";
import {
  type CompiledCampaign,
  compileCampaign,
  messageFor,
  type PreparedMessage,
} from "@smscrm/core/message-facts";
import { centsToMicros } from "@smscrm/core/money";
import { closesFirst } from "@smscrm/core/quiet-hours";
import { refill } from "@smscrm/core/token-bucket";
import { warmUpLimit } from "@smscrm/core/warm-up";
import {
  CANDIDATE_COLUMNS,
  CANDIDATE_JOINS,
  type CandidateRow,
  TENANT_RULES_COLUMNS,
  type TenantRulesRow,
  toCandidate,
} from "./candidates.ts";
import { type Pipeline, type PipelineTransaction, transact } from "./connection.ts";

/** The carrier must not keep a message longer than this: what we stop, stays stopped. */
const LONGEST_VALIDITY_SECONDS = 300;

/**
 * A hand-over begins within a quarter of a second of its claim, and the carrier's shortest validity is a second: in
 * the last second of a window or before an expiry a message is judged as if that were past.
 */
const LAST_MOMENT_MS = 1_000;

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

export interface Claim {
  /** `performance.now()` from before the facts were read: hand-over must begin within D of it. */
  startedMs: number;
  messages: ClaimedMessage[];
  held: number;
  dropped: number;
}

/**
 * Claims a ticket's jobs: locks them, reads the facts as they are now, asks all gates on the database's clock,
 * reserves money and rate, and writes an attempt for each message that may go. When this returns it is committed.
 * Jobs that somebody else has, or that are no longer queued, are left out; a second ticket for them is harmless.
 */
export function claimForSending(sql: Pipeline, tenantId: string, jobIds: string[]): Promise<Claim> {
  return transact(sql, async (tx) => {
    // First wait for the tenant's other claims, then start the clock, then read: so all facts are younger than it.
    await tx`select 1 from budgets where tenant_id = ${tenantId} for no key update`;
    const startedMs = performance.now();
    const [tenant, jobs, numbers] = await Promise.all([
      readTenant(tx, tenantId),
      lockJobs(tx, tenantId, jobIds),
      lockNumbers(tx, tenantId),
    ]);
    if (!tenant || jobs.length === 0) return { startedMs, messages: [], held: 0, dropped: 0 };
    const campaigns = await readCampaigns(tx, tenantId, jobs);
    const allowances = allowancesOf(tenant, numbers);
    const decided = decide(tenant, jobs, campaigns, allowances);
    const messages = await write(tx, tenant, numbers, allowances, decided);
    return { startedMs, messages, ...countRefusals(decided) };
  });
}

type TenantRow = TenantRulesRow & {
  id: string;
  now: Date;
  segmentsPerSecond: number;
  dailyBudgetCents: string;
  monthlyBudgetCents: string;
  dailySpentCents: string;
  dailyReservedCents: string;
  monthlySpentCents: string;
  monthlyReservedCents: string;
  localDay: string;
  localMonth: string;
  rateTokens: number;
  rateTokensAt: Date;
};

async function readTenant(tx: PipelineTransaction, tenantId: string): Promise<TenantRow | undefined> {
  const [row] = await tx<TenantRow[]>`
    select t.id, clock_timestamp() as now, ${tx.unsafe(TENANT_RULES_COLUMNS)},
      t.segments_per_second as "segmentsPerSecond",
      t.daily_budget_cents as "dailyBudgetCents", t.monthly_budget_cents as "monthlyBudgetCents",
      b.daily_spent_cents as "dailySpentCents", b.daily_reserved_cents as "dailyReservedCents",
      b.monthly_spent_cents as "monthlySpentCents", b.monthly_reserved_cents as "monthlyReservedCents",
      b.local_day::text as "localDay", b.local_month::text as "localMonth",
      b.rate_tokens as "rateTokens", b.rate_tokens_at as "rateTokensAt"
    from tenants t join budgets b on b.tenant_id = t.id where t.id = ${tenantId}`;
  return row;
}

type JobRow = CandidateRow & {
  jobId: string;
  campaignId: string;
  attempts: number;
  alreadyInCampaign: boolean;
};

function lockJobs(tx: PipelineTransaction, tenantId: string, jobIds: string[]): Promise<JobRow[]> {
  return tx<JobRow[]>`
    select j.id as "jobId", j.campaign_id as "campaignId", j.attempts,
      exists (
        select 1 from send_attempts a
        where a.tenant_id = j.tenant_id and a.to_phone = c.phone_e164 and a.campaign_id = j.campaign_id
          and a.send_job_id <> j.id and a.state in ('sending', 'accepted', 'unknown', 'presumed-sent')
      ) as "alreadyInCampaign",
      ${tx.unsafe(CANDIDATE_COLUMNS)}
    from send_jobs j
    join contacts c on c.tenant_id = j.tenant_id and c.id = j.contact_id
    ${tx.unsafe(CANDIDATE_JOINS)}
    where j.id = any(${jobIds}::uuid[]) and j.tenant_id = ${tenantId} and j.status = 'queued'
    order by j.id for no key update of j skip locked`;
}

type NumberRow = {
  id: string;
  phoneE164: string;
  country: string;
  segmentsPerSecond: number;
  warmUpStartedOn: string | null;
  warmUpSchedule: number[] | null;
  tokens: number;
  tokensAt: Date;
  sentOn: string | null;
  sentToday: number;
};

function lockNumbers(tx: PipelineTransaction, tenantId: string): Promise<NumberRow[]> {
  return tx<NumberRow[]>`
    select id, phone_e164 as "phoneE164", country, segments_per_second as "segmentsPerSecond",
      warm_up_started_on::text as "warmUpStartedOn", warm_up_schedule as "warmUpSchedule",
      tokens, tokens_at as "tokensAt", sent_on::text as "sentOn", sent_today as "sentToday"
    from sending_numbers where tenant_id = ${tenantId} and status = 'active' and kind <> 'alphanumeric'
    order by id for no key update`;
}

type CampaignRow = Omit<CompiledCampaign, "template" | "pausedAt"> & {
  id: string;
  status: string;
  pausedAt: Date | null;
  updatedAt: Date;
};

async function readCampaigns(tx: PipelineTransaction, tenantId: string, jobs: readonly JobRow[]) {
  const ids = [...new Set(jobs.map((job) => job.campaignId))];
  const rows = await tx<CampaignRow[]>`
    select id, status, body, smart_encoding as "smartEncoding", quiet_hours as "quietHours",
      quiet_hours_override_reason as "quietHoursOverrideReason", expires_at as "expiresAt",
      paused_at as "pausedAt", updated_at as "updatedAt"
    from campaigns where tenant_id = ${tenantId} and id = any(${ids}::uuid[])`;
  // Anything but running is closed: paused, canceled, or launched anew after an old ticket.
  return new Map(
    rows.map((row) => {
      const pausedAt = row.status === "running" ? null : (row.pausedAt ?? row.updatedAt);
      return [row.id, compileCampaign({ ...row, pausedAt })];
    }),
  );
}

function allowancesOf(tenant: TenantRow, numbers: readonly NumberRow[]): Allowances {
  const { now, timezone } = tenant;
  const today = localDay(timezone, now);
  const month = localMonth(timezone, now);
  const dayEnds = dayResetsAt(timezone, now);
  const sameDay = today <= tenant.localDay;
  const sameMonth = `${month}-01` <= tenant.localMonth;
  const used = (spent: string, reserved: string) => centsToMicros(spent) + centsToMicros(reserved);
  return {
    senders: numbers.map((number) => senderAllowance(number, today, dayEnds, now)),
    tenantTokens: refill(
      { tokens: tenant.rateTokens, at: tenant.rateTokensAt },
      tenant.segmentsPerSecond,
      tenant.segmentsPerSecond,
      now,
    ).tokens,
    tenantSegmentsPerSecond: tenant.segmentsPerSecond,
    budget: {
      readable: true,
      dailyLeftMicros:
        centsToMicros(tenant.dailyBudgetCents) -
        (sameDay ? used(tenant.dailySpentCents, tenant.dailyReservedCents) : 0),
      monthlyLeftMicros:
        centsToMicros(tenant.monthlyBudgetCents) -
        (sameMonth ? used(tenant.monthlySpentCents, tenant.monthlyReservedCents) : 0),
      dayResetsAt: dayEnds,
      monthResetsAt: monthResetsAt(timezone, now),
    },
  };
}

function senderAllowance(number: NumberRow, today: string, dayEnds: Date, now: Date): SenderAllowance {
  const limit =
    number.warmUpStartedOn && number.warmUpSchedule
      ? warmUpLimit(number.warmUpSchedule, number.warmUpStartedOn, today)
      : null;
  // Never backwards: a tenant that moves to a zone where it is still yesterday gets no second allowance.
  const sentToday = number.sentOn !== null && number.sentOn >= today ? number.sentToday : 0;
  return {
    id: number.id,
    phoneE164: number.phoneE164,
    country: number.country,
    segmentsPerSecond: number.segmentsPerSecond,
    tokens: refill(
      { tokens: number.tokens, at: number.tokensAt },
      number.segmentsPerSecond,
      number.segmentsPerSecond,
      now,
    ).tokens,
    warmUpLeft: limit === null ? null : Math.max(0, limit - sentToday),
    warmUpResetsAt: dayEnds,
  };
}

/** "content" stands before the ten gates: a text that can't be sent to anyone, whatever they would say. */
type Refusal = Exclude<Verdict, { kind: "send" }> | ContentRefusal;
type ContentRefusal = { kind: "drop"; gate: "content"; reason: "Content"; looked: object };
type Decided = {
  job: JobRow;
  message: PreparedMessage;
  /** Its window closes, or it expires; null when neither ever happens. */
  endsAt: Date | null;
  verdict: Extract<Verdict, { kind: "send" }> | Refusal;
};

function decide(
  tenant: TenantRow,
  jobs: readonly JobRow[],
  campaigns: ReadonlyMap<string, CompiledCampaign>,
  allowances: Allowances,
): Decided[] {
  const spread = spreadRateHolds();
  const history = historyWithin(tenant.now);
  return jobs.map((job) => {
    const campaign = campaigns.get(job.campaignId)!;
    const message = messageFor(history.of(job), campaign, tenant);
    const { facts, refusal } = message;
    if (refusal) {
      const verdict = { kind: "drop", gate: "content", reason: "Content", looked: refusal } as const;
      return { job, message, endsAt: null, verdict };
    }
    const endsAt = mayGoUntil(facts, tenant.now);
    const at = endsAt && endsAt.getTime() - tenant.now.getTime() < LAST_MOMENT_MS ? endsAt : tenant.now;
    const verdict = spread(evaluate(facts, allowances, at), facts, allowances);
    if (verdict.kind === "send") history.add(job);
    return { job, message, endsAt, verdict };
  });
}

/**
 * Two campaigns may ask for the same person in one claim: what the first of them gets counts for the second, though
 * no attempt of it is written yet.
 */
function historyWithin(now: Date) {
  const sends = new Map<string, Date[]>();
  return {
    of: (job: JobRow) => {
      const candidate = toCandidate(job, job.alreadyInCampaign);
      const before = sends.get(job.phoneE164);
      return before
        ? { ...candidate, recentHandOvers: [...before, ...candidate.recentHandOvers] }
        : candidate;
    },
    add: ({ phoneE164 }: JobRow) => sends.set(phoneE164, [now, ...(sends.get(phoneE164) ?? [])]),
  };
}

/** When the person's window closes or the message expires, whichever is first; null when neither does. */
function mayGoUntil({ quietHours, expiry }: MessageFacts, now: Date): Date | null {
  const closes = quietHours.overrideReason?.trim()
    ? null
    : closesFirst(quietHours.schedules, quietHours.zones, now);
  if (!closes || !expiry.expiresAt) return closes ?? expiry.expiresAt;
  return closes < expiry.expiresAt ? closes : expiry.expiresAt;
}

/**
 * Messages that wait for the same numbers' rate are told different times, one after the other. Told the same time
 * they would all be claimed again to find room for one.
 */
function spreadRateHolds() {
  const waiting = new Map<string, number>();
  return (verdict: Verdict, facts: MessageFacts, allowances: Allowances): Verdict => {
    if (verdict.kind !== "hold" || verdict.gate !== "rate") return verdict;
    const country = facts.phone.country ?? "";
    const ahead = waiting.get(country) ?? 0;
    waiting.set(country, ahead + facts.segments);
    const suitable = allowances.senders.filter((sender) => sender.country === country);
    const perSecond = Math.min(
      allowances.tenantSegmentsPerSecond,
      suitable.reduce((sum, sender) => sum + sender.segmentsPerSecond, 0),
    );
    const laterMs = perSecond > 0 ? (ahead / perSecond) * 1_000 : 0;
    return { ...verdict, until: new Date(verdict.until.getTime() + laterMs) };
  };
}

/** Everything in two pipelined statements. Jobs are one of them, so that their counters are locked once, in order. */
async function write(
  tx: PipelineTransaction,
  tenant: TenantRow,
  numbers: readonly NumberRow[],
  allowances: Allowances,
  decided: readonly Decided[],
): Promise<ClaimedMessage[]> {
  const sends = decided.filter(isSend);
  const [, , claimed] = await Promise.all([
    sends.length > 0 ? useUpBudget(tx, tenant, allowances) : null,
    sends.length > 0 ? useUpNumbers(tx, tenant, numbers, allowances, sends) : null,
    writeJobs(tx, tenant, allowances, decided),
  ]);
  return claimed;
}

type SendDecided = Decided & { verdict: Extract<Verdict, { kind: "send" }> };
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

async function writeJobs(
  tx: PipelineTransaction,
  tenant: TenantRow,
  allowances: Allowances,
  decided: readonly Decided[],
): Promise<ClaimedMessage[]> {
  const { day, month } = period(tenant);
  const phoneOf = new Map(allowances.senders.map((sender) => [sender.id, sender.phoneE164]));
  const rows = decided.map((one) => ({
    job_id: one.job.jobId,
    campaign_id: one.job.campaignId,
    to_phone: one.job.phoneE164,
    segments: one.message.facts.segments,
    price: one.message.facts.priceMicros,
    ...(isSend(one)
      ? sendColumns(one, phoneOf, tenant.now, allowances)
      : refusalColumns(one.verdict as Refusal)),
  }));
  return tx<ClaimedMessage[]>`
    with decided as (
      select * from jsonb_to_recordset(${tx.json(rows as never)}) as r (
        job_id uuid, campaign_id uuid, to_phone text, segments smallint, price bigint, status text, reason text,
        gate text, until timestamptz, verdict jsonb, attempt smallint, sender_id uuid, from_phone text, body text,
        validity int)
    ), attempts as (
      insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone,
        to_phone, body, segments, validity_seconds, budget_day, budget_month, reserved_micros, claimed_at)
      select ${tenant.id}, job_id, campaign_id, attempt, sender_id, from_phone, to_phone, body, segments, validity,
        greatest(${day}::date, b.local_day), greatest(${month}::date, b.local_month), price, ${tenant.now}
      from decided cross join (select local_day, local_month from budgets where tenant_id = ${tenant.id}) b
      where status = 'sending'
      returning id, send_job_id
    ), written as (
      update send_jobs j set status = d.status,
        failure_reason = case when d.status = 'failed' then d.reason end,
        hold_reason = case when d.status = 'queued' then d.reason end,
        gate = d.gate, verdict = d.verdict, not_before = d.until, due_at = coalesce(d.until, j.due_at),
        attempts = coalesce(d.attempt, j.attempts), last_attempt_id = coalesce(a.id, j.last_attempt_id),
        sending_number_id = coalesce(d.sender_id, j.sending_number_id), segments = d.segments, price_micros = d.price,
        claimed_at = case when d.status = 'sending' then ${tenant.now}::timestamptz else j.claimed_at end,
        final_at = case when d.status = 'failed' then ${tenant.now}::timestamptz end, updated_at = ${tenant.now}
      from decided d left join attempts a on a.send_job_id = d.job_id
      where j.id = d.job_id
      returning a.id as "attemptId", j.id as "jobId", j.campaign_id as "campaignId", j.tenant_id as "tenantId",
        d.from_phone as "from", d.to_phone as "to", d.body, d.validity as "validitySeconds", d.status
    )
    select "attemptId", "jobId", "campaignId", "tenantId", "from", "to", body, "validitySeconds" from written
    where status = 'sending'`;
}

function sendColumns(
  one: SendDecided,
  phoneOf: ReadonlyMap<string, string>,
  now: Date,
  allowances: Allowances,
) {
  const { job, message, endsAt, verdict } = one;
  return {
    status: "sending",
    attempt: job.attempts + 1,
    sender_id: verdict.senderId,
    from_phone: phoneOf.get(verdict.senderId)!,
    body: message.text,
    validity: validitySeconds(endsAt, now),
    verdict: { kind: "send", at: now, looked: lookedAtForSend(message.facts, allowances) },
  };
}

function refusalColumns(verdict: Refusal) {
  return {
    status: verdict.kind === "drop" ? "failed" : "queued",
    reason: verdict.reason,
    gate: verdict.gate,
    until: verdict.kind === "hold" ? verdict.until : null,
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

function countRefusals(decided: readonly Decided[]): { held: number; dropped: number } {
  const count = (kind: string) => decided.filter((one) => one.verdict.kind === kind).length;
  return { held: count("hold"), dropped: count("drop") };
}
