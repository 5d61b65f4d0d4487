import type {
  BudgetFacts,
  DiagnosisFacts,
  DoNotContactFacts,
  FailureFacts,
  QuietHoursFacts,
  SendingFacts,
  WebhookFacts,
} from "@smscrm/core/diagnosis/facts";
import { centsToMicros } from "@smscrm/core/price/money";
import { type BudgetPeriod, budgetPeriod, stillCounts } from "@smscrm/core/time/budget-period";
import { isValidZone } from "@smscrm/core/time/time-zone";
import type { Pipeline } from "../postgres/connection.ts";
import { listWorkers } from "../postgres/system.ts";
import { firstIdSql } from "../postgres/time-ordered-ids.ts";
import { CAMPAIGN_MAY_GO, INBOX_IS_FULL } from "../safeguards/safeguards.ts";
import { NUMBER_IN_USE } from "../senders/number-in-use.ts";

/** The facts that a caller may ask over the network. */
export type ProbeFacts = Pick<SendingFacts, "worker" | "redis">;

/**
 * The reader of a diagnosis: a tenant sees its own facts, the installation's operator also those without a tenant.
 */
export type DiagnosisReader = "tenant" | "operator";

/** Reads all facts for the runbook's diagnosis of one tenant. Only people ask for it, but all of it is bounded. */
export async function readDiagnosis(
  sql: Pipeline,
  tenantId: string,
  asked: ProbeFacts,
  reader: DiagnosisReader,
): Promise<DiagnosisFacts> {
  const [sending, webhooks, doNotContact, budget, failures, quietHours] = await Promise.all([
    readSending(sql, tenantId, asked),
    readWebhooks(sql, tenantId, reader),
    readDoNotContact(sql, tenantId),
    readBudget(sql, tenantId),
    readFailures(sql, tenantId),
    readQuietHours(sql, tenantId),
  ]);
  return { sending, webhooks, doNotContact, budget, failures, quietHours };
}

/** The most messages, contacts, events or entries that one query reads. */
const ROWS_MAX = 10_000;

async function readSending(sql: Pipeline, tenantId: string, asked: ProbeFacts): Promise<SendingFacts> {
  const workers = await listWorkers(sql);
  const [row] = await sql<
    Omit<SendingFacts, "worker" | "redis" | "workersSeen" | "ticketsWaiting" | "held">[]
  >`
    select t.sending_paused_at as "pausedAt", t.sending_paused_reason as "pausedReason",
      t.suspended_at as "suspendedAt", t.suspended_reason as "suspendedReason",
      t.restore_locked_at as "restoreLockedAt", t.trial_since as "trialSince",
      case when ${sql.unsafe(INBOX_IS_FULL)} then t.inbox_limit end as "inboxFullAbove",
      (select count(*)::int from sending_numbers n where n.tenant_id = t.id and ${sql.unsafe(NUMBER_IN_USE)}) as "activeNumbers",
      (select count(*)::int from campaigns c where c.tenant_id = t.id and c.status = 'paused') as "pausedCampaigns",
      coalesce(due.messages, 0)::int as due,
      coalesce(extract(epoch from clock_timestamp() - due.oldest), 0)::float8 as "oldestDueSeconds"
    from tenants t cross join lateral (
      select sum(waiting.messages) as messages, min(waiting.oldest) as oldest from campaigns c
      cross join lateral (
        select count(*) as messages, min(due_at) as oldest from (
          select due_at from send_jobs j
          where j.campaign_id = c.id and j.status = 'queued' and j.due_at <= statement_timestamp()
          order by due_at limit ${ROWS_MAX}
        ) first
      ) waiting
      where c.tenant_id = t.id and c.status = 'running' and ${sql.unsafe(CAMPAIGN_MAY_GO)}
    ) due
    where t.id = ${tenantId}`;
  const held = await sql<{ reason: string; jobs: number }[]>`
    select k.reason, sum(k.jobs)::int as jobs from campaign_counters k
    join campaigns c on c.id = k.campaign_id and c.status = 'running'
    where c.tenant_id = ${tenantId} and k.status = 'queued' and k.reason <> ''
    group by 1 having sum(k.jobs) > 0 order by 2 desc`;
  return {
    ...row!,
    ...asked,
    workersSeen: workers.length,
    ticketsWaiting: workers[0]?.queueWaiting ?? 0,
    held,
  };
}

/** Returns the first id of events created in the last `hours`: the table has no index on its time. */
const idAgo = (sql: Pipeline, hours: number) =>
  sql.unsafe(firstIdSql(`statement_timestamp() - interval '${hours} hours'`));

async function readWebhooks(sql: Pipeline, tenantId: string, reader: DiagnosisReader): Promise<WebhookFacts> {
  const [events] = await sql<Pick<WebhookFacts, "forgedLastHour" | "unknownMessages" | "repeated">[]>`
    select count(*) filter (where outcome = 'forged' and id >= ${idAgo(sql, 1)})::int as "forgedLastHour",
      count(*) filter (where outcome = 'unknown-message')::int as "unknownMessages",
      count(*) filter (where times_received > 3 and (${reader} = 'operator' or tenant_id = ${tenantId}))::int as repeated
    from (select id, tenant_id, outcome, times_received from webhook_events where id >= ${idAgo(sql, 24)}
      order by id desc limit ${ROWS_MAX}) recent`;
  const [words] = await sql<{ submitted: number; heard: number }[]>`
    select coalesce(sum(handed_over) filter (where minute < statement_timestamp() - interval '1 minute'), 0)::int as "submitted",
      greatest(0, coalesce(sum(heard), 0))::int as heard
    from send_minutes where tenant_id = ${tenantId} and minute > statement_timestamp() - interval '1 hour'`;
  return { ...events!, ...words!, unknownNumbers: reader === "operator" ? await unknownNumbers(sql) : null };
}

/** The five numbers with the most texts of the last day. Their owner is unknown, so no tenant may see them. */
async function unknownNumbers(sql: Pipeline): Promise<string[]> {
  const rows = await sql<{ phone: string }[]>`
    select to_phone as phone from (
      select to_phone from inbound_messages where tenant_id is null and id >= ${idAgo(sql, 24)} order by id desc limit 1000
    ) recent
    group by 1 order by count(*) desc limit 5`;
  return rows.map(({ phone }) => phone);
}

/**
 * Counts entries with a message since they took effect. An opt-out has the date of its text, which may have reached us
 * later; its consent record has the time at which it took effect. A claim that ran when the entry was committed may
 * still have submitted for up to 250 ms.
 */
async function readDoNotContact(sql: Pipeline, tenantId: string): Promise<DoNotContactFacts> {
  const rows = await sql<{ phone: string; sent: boolean }[]>`
    select d.phone_e164 as phone, exists (
      select 1 from send_attempts a
      where a.tenant_id = d.tenant_id and a.to_phone = d.phone_e164 and a.state in ('accepted', 'unknown', 'presumed-sent')
        and a.claimed_at > greatest(d.created_at, d.recorded_at) + interval '1 second'
    ) as sent
    from (
      select tenant_id, phone_e164, created_at, case when source in ('reply', 'link') then (
        select min(s.created_at) from consents s where s.tenant_id = n.tenant_id and s.phone_e164 = n.phone_e164
          and s.source = n.source and s.basis = 'withdrawn' and s.created_at >= n.created_at
      ) end as recorded_at
      from do_not_contact n where tenant_id = ${tenantId}
      order by created_at desc limit 2000
    ) d`;
  return { entries: rows.map(({ phone }) => phone), sentAfter: rows.filter(({ sent }) => sent).length };
}

const MONEY_TRIGGERS = ["bill_new", "bill_changed"];
/** The most attempts of the day to sum: more would only make the sum greater. */
const ATTEMPTS_MAX = 200_000;

async function readBudget(sql: Pipeline, tenantId: string): Promise<BudgetFacts> {
  const [row] = await sql<
    (Record<"dailyBudget" | "dailyUsed" | "monthlyBudget" | "monthlyUsed" | "recounted", string> &
      BudgetPeriod & { timezone: string; now: Date })[]
  >`
    select t.timezone, clock_timestamp() as now, b.local_day::text as "localDay", b.local_month::text as "localMonth",
      t.daily_budget_cents as "dailyBudget", t.monthly_budget_cents as "monthlyBudget",
      b.daily_spent_cents + b.daily_reserved_cents as "dailyUsed",
      b.monthly_spent_cents + b.monthly_reserved_cents as "monthlyUsed",
      (select coalesce(sum(micros), 0) / 10000.0 from (
        select tenant_id, budget_day, reserved_micros + spent_micros as micros from send_attempts
        where id >= ${idAgo(sql, 24)} order by id desc limit ${ATTEMPTS_MAX}
      ) today where today.tenant_id = t.id and today.budget_day = b.local_day) as recounted
    from tenants t join budgets b on b.tenant_id = t.id
    where t.id = ${tenantId}`;
  const disabled = await sql<{ name: string }[]>`
    select tgname as name from pg_trigger
    where tgrelid = 'send_attempts'::regclass and tgname = any(${MONEY_TRIGGERS}) and tgenabled = 'D' order by 1`;
  const { timezone, now } = row!;
  // An operator's SQL may have written any text as the zone. Another step reports that.
  const counts = stillCounts(row!, budgetPeriod(isValidZone(timezone) ? timezone : "UTC", now));
  return {
    dailyBudgetMicros: centsToMicros(row!.dailyBudget),
    dailyUsedMicros: counts.day ? centsToMicros(row!.dailyUsed) : 0,
    monthlyBudgetMicros: centsToMicros(row!.monthlyBudget),
    monthlyUsedMicros: counts.month ? centsToMicros(row!.monthlyUsed) : 0,
    recountedMicros: counts.day ? centsToMicros(row!.recounted) : 0,
    disabledTriggers: disabled.map(({ name }) => name),
  };
}

/** Reads the counters of the campaigns launched in the last week. */
async function readFailures(sql: Pipeline, tenantId: string): Promise<FailureFacts> {
  const rows = await sql<{ status: string; reason: string; jobs: number }[]>`
    select k.status, k.reason, sum(k.jobs)::int as jobs from (
      select id from campaigns where tenant_id = ${tenantId} and launched_at > statement_timestamp() - interval '7 days'
      order by launched_at desc limit 500
    ) c join campaign_counters k on k.campaign_id = c.id
    where k.status in ('delivered', 'failed') group by 1, 2 having sum(k.jobs) > 0`;
  return {
    finished: rows.reduce((sum, { jobs }) => sum + jobs, 0),
    reasons: rows.filter(({ status }) => status === "failed").map(({ reason, jobs }) => ({ reason, jobs })),
  };
}

async function readQuietHours(sql: Pipeline, tenantId: string): Promise<QuietHoursFacts> {
  const asked = Date.now();
  const [tenant] = await sql<
    (Pick<QuietHoursFacts, "timezone" | "country" | "schedule" | "trustTenantZone"> & { now: Date })[]
  >`
    select timezone, country, quiet_hours as schedule, trust_tenant_zone as "trustTenantZone", clock_timestamp() as now
    from tenants where id = ${tenantId}`;
  const clockSkewSeconds = (tenant!.now.getTime() - (asked + Date.now()) / 2) / 1_000;
  const zones = await sql<{ zone: string }[]>`
    select distinct timezone as zone from (
      select timezone from contacts where tenant_id = ${tenantId} order by id desc limit ${ROWS_MAX}
    ) newest where timezone is not null limit 500`;
  const overrides = await sql<{ name: string }[]>`
    select name from campaigns
    where tenant_id = ${tenantId} and status = 'running' and quiet_hours_override_reason is not null
    order by launched_at desc limit 20`;
  const numbers = await sql<{ country: string }[]>`
    select distinct country from sending_numbers where tenant_id = ${tenantId} and status = 'active'`;
  return {
    ...tenant!,
    destinations: numbers.map(({ country }) => country),
    clockSkewSeconds,
    contactZones: zones.map(({ zone }) => zone),
    overrides: overrides.map(({ name }) => name),
  };
}
