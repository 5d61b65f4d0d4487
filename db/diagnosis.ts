import type {
  BudgetFacts,
  DiagnosisFacts,
  DoNotContactFacts,
  FailureFacts,
  QuietHoursFacts,
  SendingFacts,
  WebhookFacts,
} from "@smscrm/core/diagnosis/facts";
import { centsToMicros } from "@smscrm/core/money";
import type { Pipeline } from "./connection.ts";
import { listWorkers } from "./system.ts";

/** What was asked over the network, by whoever could. */
export type AskedFacts = Pick<SendingFacts, "worker" | "redis">;

/** All that the runbook's diagnosis steps look at for one tenant. Asked by a person, and bounded all the same. */
export async function readDiagnosis(
  sql: Pipeline,
  tenantId: string,
  asked: AskedFacts,
): Promise<DiagnosisFacts> {
  const [sending, webhooks, doNotContact, budget, failures, quietHours] = await Promise.all([
    readSending(sql, tenantId, asked),
    readWebhooks(sql, tenantId),
    readDoNotContact(sql, tenantId),
    readBudget(sql, tenantId),
    readFailures(sql, tenantId),
    readQuietHours(sql, tenantId),
  ]);
  return { sending, webhooks, doNotContact, budget, failures, quietHours };
}

/** Messages, contacts, events and entries that are looked at, at most. */
const MOST = 10_000;

async function readSending(sql: Pipeline, tenantId: string, asked: AskedFacts): Promise<SendingFacts> {
  const workers = await listWorkers(sql);
  const [row] = await sql<
    Omit<SendingFacts, "worker" | "redis" | "workersSeen" | "ticketsWaiting" | "held">[]
  >`
    select t.sending_paused_at as "pausedAt", t.sending_paused_reason as "pausedReason",
      t.restore_locked_at as "restoreLockedAt",
      (select count(*)::int from sending_numbers n where n.tenant_id = t.id and n.status = 'active') as "activeNumbers",
      (select count(*)::int from campaigns c where c.tenant_id = t.id and c.status = 'paused') as "pausedCampaigns",
      coalesce(due.messages, 0)::int as due,
      coalesce(extract(epoch from clock_timestamp() - due.oldest), 0)::float8 as "oldestDueSeconds"
    from tenants t cross join lateral (
      select sum(waiting.messages) as messages, min(waiting.oldest) as oldest from campaigns c
      cross join lateral (
        select count(*) as messages, min(due_at) as oldest from (
          select due_at from send_jobs j
          where j.campaign_id = c.id and j.status = 'queued' and j.due_at <= statement_timestamp()
          order by due_at limit ${MOST}
        ) first
      ) waiting
      where c.tenant_id = t.id and c.status = 'running'
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

/** Since when an event's id was made: the table has no index on its time. */
const idAgo = (hours: number) => {
  const hex = (Date.now() - hours * 3_600_000).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};

async function readWebhooks(sql: Pipeline, tenantId: string): Promise<WebhookFacts> {
  const [events] = await sql<Pick<WebhookFacts, "forgedLastHour" | "unknownMessages" | "repeated">[]>`
    select count(*) filter (where outcome = 'forged' and id >= ${idAgo(1)}::uuid)::int as "forgedLastHour",
      count(*) filter (where outcome = 'unknown-message')::int as "unknownMessages",
      count(*) filter (where times_received > 3)::int as repeated
    from (select id, outcome, times_received from webhook_events where id >= ${idAgo(24)}::uuid
      order by id desc limit ${MOST}) recent`;
  // Nobody's, so that every tenant is told: one of them has bought that number and not entered it.
  const unknown = await sql<{ phone: string }[]>`
    select to_phone as phone from (
      select to_phone from inbound_messages where tenant_id is null and id >= ${idAgo(24)}::uuid order by id desc limit 1000
    ) recent
    where not exists (select 1 from sending_numbers n where n.phone_e164 = to_phone)
    group by 1 order by count(*) desc limit 5`;
  const [words] = await sql<{ handedOver: number; heard: number }[]>`
    select coalesce(sum(handed_over) filter (where minute < statement_timestamp() - interval '1 minute'), 0)::int as "handedOver",
      greatest(0, coalesce(sum(heard), 0))::int as heard
    from send_minutes where tenant_id = ${tenantId} and minute > statement_timestamp() - interval '1 hour'`;
  return { ...events!, ...words!, unknownNumbers: unknown.map(({ phone }) => phone) };
}

/** A claim that ran when the entry was committed may have been allowed for up to a quarter of a second more. */
async function readDoNotContact(sql: Pipeline, tenantId: string): Promise<DoNotContactFacts> {
  const rows = await sql<{ phone: string; sent: boolean }[]>`
    select d.phone_e164 as phone, exists (
      select 1 from send_attempts a
      where a.tenant_id = d.tenant_id and a.to_phone = d.phone_e164 and a.state in ('accepted', 'unknown', 'presumed-sent')
        and a.claimed_at > d.created_at + interval '1 second'
    ) as sent
    from (
      select tenant_id, phone_e164, created_at from do_not_contact where tenant_id = ${tenantId}
      order by created_at desc limit 2000
    ) d`;
  return { entries: rows.map(({ phone }) => phone), sentAfter: rows.filter(({ sent }) => sent).length };
}

const MONEY_TRIGGERS = ["bill_new", "bill_changed"];
/** Hand-overs of the day that are added up, at most: more only make the sum greater. */
const MOST_ATTEMPTS = 200_000;

async function readBudget(sql: Pipeline, tenantId: string): Promise<BudgetFacts> {
  const [row] = await sql<
    Record<"dailyBudget" | "dailyUsed" | "monthlyBudget" | "monthlyUsed" | "recounted", string>[]
  >`
    select t.daily_budget_cents as "dailyBudget", t.monthly_budget_cents as "monthlyBudget",
      case when current.day then b.daily_spent_cents + b.daily_reserved_cents else 0 end as "dailyUsed",
      case when current.month then b.monthly_spent_cents + b.monthly_reserved_cents else 0 end as "monthlyUsed",
      (select coalesce(sum(micros), 0) / 10000.0 from (
        select tenant_id, budget_day, reserved_micros + spent_micros as micros from send_attempts
        where id >= ${idAgo(24)}::uuid order by id desc limit ${MOST_ATTEMPTS}
      ) today where current.day and today.tenant_id = t.id and today.budget_day = b.local_day) as recounted
    from tenants t join budgets b on b.tenant_id = t.id
    cross join lateral (select
      b.local_day >= (now() at time zone 'UTC')::date - 1 and b.local_day = (now() at time zone zone.name)::date as day,
      date_trunc('month', b.local_month) = date_trunc('month', now() at time zone zone.name) as month
      from (select coalesce((select name from pg_timezone_names where name = t.timezone), 'UTC') as name) zone) current
    where t.id = ${tenantId}`;
  const disabled = await sql<{ name: string }[]>`
    select tgname as name from pg_trigger
    where tgrelid = 'send_attempts'::regclass and tgname = any(${MONEY_TRIGGERS}) and tgenabled = 'D' order by 1`;
  return {
    dailyBudgetMicros: centsToMicros(row!.dailyBudget),
    dailyUsedMicros: centsToMicros(row!.dailyUsed),
    monthlyBudgetMicros: centsToMicros(row!.monthlyBudget),
    monthlyUsedMicros: centsToMicros(row!.monthlyUsed),
    recountedMicros: centsToMicros(row!.recounted),
    disabledTriggers: disabled.map(({ name }) => name),
  };
}

/** From the counters of the campaigns that were launched in the last week. */
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
      select timezone from contacts where tenant_id = ${tenantId} order by id desc limit ${MOST}
    ) newest where timezone is not null limit 500`;
  const overrides = await sql<{ name: string }[]>`
    select name from campaigns
    where tenant_id = ${tenantId} and status = 'running' and quiet_hours_override_reason is not null
    order by launched_at desc limit 20`;
  const { now: _, ...rules } = tenant!;
  return {
    ...rules,
    clockSkewSeconds,
    contactZones: zones.map(({ zone }) => zone),
    overrides: overrides.map(({ name }) => name),
  };
}
