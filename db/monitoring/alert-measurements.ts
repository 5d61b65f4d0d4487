import type {
  Backlog,
  BudgetUse,
  EndingList,
  FinishedImport,
  HeldFirstPart,
  Measurements,
  OptOuts,
  Outcomes,
  ReportDrift,
  WarmUpUse,
  WebhookCallbacks,
  WithheldAnswers,
} from "@smscrm/core/alerts/measurements";
import { MESSAGES_MIN, THRESHOLDS } from "@smscrm/core/alerts/rules";
import type { PipelineTransaction as Sql } from "../postgres/connection.ts";
import { WORKER_SILENT_SECONDS } from "../postgres/system.ts";
import { CAMPAIGN_MAY_GO } from "../safeguards/safeguards.ts";
import { NUMBER_IN_USE } from "../senders/number-in-use.ts";
import { readBackedUpAt } from "./backup-age.ts";

/**
 * Reads everything that the alert rules need: counters, or a bounded number of index entries. Nothing here scans a
 * table.
 */
export async function readAlertMeasurements(sql: Sql, now: Date): Promise<Measurements> {
  return {
    outcomes: await readOutcomes(sql, now),
    optOuts: await readOptOuts(sql, now),
    backlog: await readBacklog(sql, now),
    ticketsWaiting: await readTicketsWaiting(sql, now),
    webhooks: await readWebhookCallbacks(sql, now),
    databaseFailures: await readDatabaseFailures(sql, now),
    backedUpAt: await readBackedUpAt(sql),
    budgets: await readNearlySpentBudgets(sql),
    warmUps: await readWarmUps(sql, now),
    imports: await readFinishedImports(sql, now),
    withheldAnswers: await readWithheldAnswers(sql, now),
    endingLists: await readEndingLists(sql, now),
    heldFirstParts: await readHeldFirstParts(sql),
    reportDrifts: await readReportDrifts(sql, now),
  };
}

/** Few at any time, and two indexes have them: those that are held, and A/B tests of which a text was stopped. */
const HELD_MAX = 1_000;

function readHeldFirstParts(sql: Sql): Promise<HeldFirstPart[]> {
  return sql<HeldFirstPart[]>`
    select f.tenant_id as "tenantId", f.campaign_id as "campaignId", c.name as campaign, f.rest, f.sentence
    from first_parts f join campaigns c on c.tenant_id = f.tenant_id and c.id = f.campaign_id
      and c.status in ('running', 'paused')
    where f.state = 'held'
      or f.next_at is not null and f.step = 'test' and f.state in ('sending', 'watching') and c.stopped_variants <> '{}'
    order by f.tenant_id, f.campaign_id limit ${HELD_MAX}`;
}

/** Wrong figures are few, and kept for 90 days. */
function readReportDrifts(sql: Sql, now: Date): Promise<ReportDrift[]> {
  return sql<ReportDrift[]>`
    select distinct on (tenant_id) tenant_id as "tenantId", count(*) over (partition by tenant_id)::int as figures, slot,
      day::text as day, dimension, key
    from report_drifts where created_at > ${now}::timestamptz - interval '1 day' and created_at <= ${now}
    order by tenant_id, id limit 10000`;
}

const MINUTE_MS = 60_000;

/** Returns the beginning of the minute `minutes` ago. */
function minutesAgo(now: Date, minutes: number): Date {
  return new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS - minutes * MINUTE_MS);
}

/** For the tenants with any message in the last 15 minutes. */
function readOutcomes(sql: Sql, now: Date): Promise<Outcomes[]> {
  const known = sql`minute >= ${minutesAgo(now, 10)}`;
  const overdue = sql`minute < ${minutesAgo(now, 5)}`;
  return sql<Outcomes[]>`
    select tenant_id as "tenantId",
      greatest(0, coalesce(sum(delivered) filter (where ${known}), 0))::int as delivered,
      greatest(0, coalesce(sum(failed) filter (where ${known}), 0))::int as failed,
      greatest(0, coalesce(sum(handed_over - answered) filter (where ${overdue}), 0))::int as silent
    from send_minutes where minute >= ${minutesAgo(now, 15)} group by tenant_id`;
}

/** The most active minutes to read: each has a message, so they are enough for the minimum number of messages. */
const MINUTES_MAX = MESSAGES_MIN + 15;

/** Reads back to the hundredth message, and at least 15 minutes: people take a while to answer. */
function readOptOuts(sql: Sql, now: Date): Promise<OptOuts[]> {
  return sql<OptOuts[]>`
    select t.id as "tenantId", w.messages, w."optedOut" from tenants t
    cross join lateral (
      select sum(handed_over)::int as messages, sum(opted_out)::int as "optedOut" from (
        select minute, handed_over, opted_out,
          sum(handed_over) over (order by minute desc) - handed_over as newer
        from (
          select minute, sum(handed_over) as handed_over, sum(opted_out) as opted_out from send_minutes
          where tenant_id = t.id and minute >= ${minutesAgo(now, 1_440)}
          group by minute having sum(handed_over) > 0 order by minute desc limit ${MINUTES_MAX}
        ) active
      ) rolling
      where newer < ${MESSAGES_MIN} or minute >= ${minutesAgo(now, 15)}
    ) w
    where w."optedOut" > 0`;
}

/** The most campaigns to read, and messages to count of each: enough to know that there are too many. */
const CAMPAIGNS_MAX = 200;
const DUE_MAX = THRESHOLDS.queueDepth + 1;

/** What is paused or locked, or waits for a trial or the inbox, is no backlog: it waits for a person. */
function readBacklog(sql: Sql, now: Date): Promise<Backlog[]> {
  return sql<Backlog[]>`
    select due.tenant_id as "tenantId", due.messages::int as due,
      coalesce(least(t.segments_per_second, numbers.per_second), 0)::float8 / due.segments as "perSecond",
      coalesce(sent.messages, 0)::int as "submitted"
    from (
      select c.tenant_id, sum(waiting.messages) as messages, max(c.segments_estimate) as segments
      from (
        select c.id, c.tenant_id, c.segments_estimate from campaigns c
        join tenants t on t.id = c.tenant_id and t.sending_paused_at is null and t.restore_locked_at is null
        where c.status = 'running' and ${sql.unsafe(CAMPAIGN_MAY_GO)} limit ${CAMPAIGNS_MAX}
      ) c
      cross join lateral (
        select count(*) as messages from (
          select 1 from send_jobs j
          where j.campaign_id = c.id and j.status = 'queued' and j.due_at <= ${now} limit ${DUE_MAX}
        ) first
      ) waiting
      group by c.tenant_id having sum(waiting.messages) > 0
    ) due
    join tenants t on t.id = due.tenant_id
    left join lateral (
      select sum(n.segments_per_second) as per_second from sending_numbers n
      where n.tenant_id = t.id and ${sql.unsafe(NUMBER_IN_USE)}
    ) numbers on true
    left join lateral (
      select sum(m.handed_over) as messages from send_minutes m
      where m.tenant_id = t.id and m.minute >= ${minutesAgo(now, 5)}
    ) sent on true`;
}

async function readTicketsWaiting(sql: Sql, now: Date): Promise<number> {
  const [row] = await sql<{ waiting: number }[]>`
    select queue_waiting as waiting from worker_heartbeats
    where seen_at > ${now}::timestamptz - make_interval(secs => ${WORKER_SILENT_SECONDS})
    order by seen_at desc limit 1`;
  return row?.waiting ?? 0;
}

/** The most index rows to search for a message without a callback. */
const UNHEARD_ROWS_MAX = 5_000;

/**
 * If no callback came, it finds the oldest message without one by its look-up time, which is half an hour after the
 * carrier accepted it: that index has exactly the messages without a final status.
 */
async function readWebhookCallbacks(sql: Sql, now: Date): Promise<WebhookCallbacks> {
  const [words] = await sql<{ heard: number; heardSeconds: number }[]>`
    select greatest(0, coalesce(sum(heard), 0))::int as heard, coalesce(sum(heard_seconds), 0)::float8 as "heardSeconds"
    from send_minutes where minute >= ${minutesAgo(now, 1)}`;
  if (words!.heard > 0) return { ...words!, waitingSince: null };
  const [oldest] = await sql<{ since: Date | null }[]>`
    select min(handed_over_at) as since from (
      select handed_over_at, state, carrier_status from send_attempts
      where look_up_at > ${now}::timestamptz + interval '15 minutes'
        and look_up_at <= ${now}::timestamptz + interval '30 minutes'
      order by look_up_at limit ${UNHEARD_ROWS_MAX}
    ) waiting
    where state = 'accepted' and coalesce(carrier_status, 'queued') in ('scheduled', 'accepted', 'queued', 'sending')`;
  return { heard: 0, heardSeconds: 0, waitingSince: oldest?.since ?? null };
}

async function readDatabaseFailures(sql: Sql, now: Date): Promise<number> {
  const [row] = await sql<{ failures: number }[]>`
    select coalesce(sum(database_failures), 0)::int as failures from service_minutes
    where minute >= ${minutesAgo(now, 1)}`;
  return row!.failures;
}

/** One row per tenant; core decides whether its day and month are the current ones. */
function readNearlySpentBudgets(sql: Sql): Promise<BudgetUse[]> {
  const daily = sql`(b.daily_spent_cents + b.daily_reserved_cents)`;
  const monthly = sql`(b.monthly_spent_cents + b.monthly_reserved_cents)`;
  return sql<BudgetUse[]>`
    select t.id as "tenantId", t.timezone, b.local_day::text as "localDay", b.local_month::text as "localMonth",
      (t.daily_budget_cents * 10000)::float8 as "dailyBudgetMicros", (${daily} * 10000)::float8 as "dailyUsedMicros",
      (t.monthly_budget_cents * 10000)::float8 as "monthlyBudgetMicros",
      (${monthly} * 10000)::float8 as "monthlyUsedMicros"
    from tenants t join budgets b on b.tenant_id = t.id
    where ${daily} >= t.daily_budget_cents * ${THRESHOLDS.budgetShare}::numeric
      or ${monthly} >= t.monthly_budget_cents * ${THRESHOLDS.budgetShare}::numeric
    limit 10000`;
}

function readWarmUps(sql: Sql, now: Date): Promise<WarmUpUse[]> {
  return sql<WarmUpUse[]>`
    select n.tenant_id as "tenantId", n.id as "numberId", n.phone_e164 as "phoneE164", t.timezone,
      n.warm_up_started_on::text as "startedOn", n.warm_up_schedule as schedule, n.sent_on::text as "sentOn",
      n.sent_today as "sentToday"
    from sending_numbers n join tenants t on t.id = n.tenant_id
    where n.status = 'active' and n.warm_up_started_on is not null and n.warm_up_schedule is not null
      and n.sent_on >= (${now}::timestamptz)::date - 1 and n.sent_today > 0
    limit 10000`;
}

/** Imports of the last hour without an alert. */
function readFinishedImports(sql: Sql, now: Date): Promise<FinishedImport[]> {
  return sql<FinishedImport[]>`
    select i.tenant_id as "tenantId", i.id as "importId", i.file_name as "fileName",
      coalesce(i.rows_total, i.rows_done) as rows, i.rejected
    from imports i
    where i.finished_at > ${now}::timestamptz - interval '1 hour' and i.finished_at <= ${now} and i.status = 'completed'
      and not exists (select 1 from alerts a where a.rule = 'import-completed' and a.object = i.id::text)
    order by i.finished_at limit 100`;
}

/** Tenants whose limit on automatic answers was reached recently; the index has only tenants where it ever was. */
function readWithheldAnswers(sql: Sql, now: Date): Promise<WithheldAnswers[]> {
  return sql<WithheldAnswers[]>`
    select tenant_id as "tenantId", refused as answers from automatic_answer_fuses
    where refused_at > ${minutesAgo(now, 15)} and refused_at <= ${now} limit 10000`;
}

/** By the index of ends. A list without an end, and a version that was replaced, is not among them. */
function readEndingLists(sql: Sql, now: Date): Promise<EndingList[]> {
  return sql<EndingList[]>`
    select l.tenant_id as "tenantId", l.id as "listId", l.name, v.expires_at as "expiresAt",
      case when l.holds_after_expiry then 'hold' else 'warn' end as "afterExpiry"
    from suppression_versions v join suppression_lists l on l.tenant_id = v.tenant_id and l.version_id = v.id
    where v.expires_at <= ${now}::timestamptz + make_interval(days => ${THRESHOLDS.listEndsDays}) limit 10000`;
}
