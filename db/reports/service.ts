import { OBJECTIVE_DAYS } from "@smscrm/core/alerts/objectives";
import { type AlertRuleName, alertRule } from "@smscrm/core/alerts/rules";
import { LATENCY_ENDS_SECONDS } from "@smscrm/core/reports/latency";
import type { Pipeline } from "../postgres/connection.ts";

/** How long hours are kept: as long as the page's longest span, and a little. */
const KEPT_DAYS = 92;

/** Keeps the longest wait of this hour's due messages. */
export async function noteQueueDelay(sql: Pipeline, seconds: number): Promise<void> {
  await sql`
    insert into service_hours as h (hour, queue_delay_seconds) values (date_trunc('hour', now(), 'UTC'), ${seconds})
    on conflict (hour) do update set queue_delay_seconds = greatest(h.queue_delay_seconds, excluded.queue_delay_seconds)`;
}

/** After this time an hour's deliveries are counted: nearly all results are known by then. */
const SETTLED_HOURS = 2;

/** Counts the delivery times of the latest hour that is over, once, and deletes old hours. */
export async function countServiceHours(sql: Pipeline): Promise<void> {
  await sql`
    with due as materialized (
      select hour from service_hours where deliveries is null
        and hour < date_trunc('hour', now(), 'UTC') - make_interval(hours => ${SETTLED_HOURS - 1})
      order by hour desc limit 1 for update skip locked
    ), classes as (
      select width_bucket(extract(epoch from a.final_at - a.handed_over_at)::float8, ${[...LATENCY_ENDS_SECONDS]}::float8[]) as class,
        count(*)::int as messages
      from due join send_attempts a on a.id >= uuid_floor(due.hour) and a.id < uuid_floor(due.hour + interval '1 hour')
      where a.carrier_status in ('delivered', 'read') and a.final_at is not null and a.handed_over_at is not null group by 1
    )
    update service_hours h set deliveries = (
      select array_agg(coalesce(c.messages, 0) order by n)
      from generate_series(0, ${LATENCY_ENDS_SECONDS.length}::int) n left join classes c on c.class = n
    ) from due where h.hour = due.hour`;
  await sql`delete from service_hours where hour < now() - make_interval(days => ${KEPT_DAYS})`;
}

/** What the public page shows of the installation. Nothing of it is a tenant's. */
export interface ServiceLevel {
  at: Date;
  /** An API process reported in the last two minutes. This page itself proves the same. */
  apiUp: boolean;
  /** The longest that a due message waits now; null: no worker has reported this hour. */
  queueDelaySeconds: number | null;
  /** Good and all minutes of the last 28 days in which an API was up. */
  availability: { good: number; total: number } | null;
  hours: { hour: Date; deliveries: number[] | null; queueDelaySeconds: number }[];
  incidents: { title: string; openedAt: Date; resolvedAt: Date | null }[];
}

const INCIDENTS_MAX = 50;

export async function readServiceLevel(sql: Pipeline): Promise<ServiceLevel> {
  const [now] = await sql<{ at: Date; apiUp: boolean; good: number | null; total: number | null }[]>`
    select clock_timestamp() as at, exists (select 1 from service_minutes where service = 'api'
        and minute > statement_timestamp() - interval '2 minutes') as "apiUp", o.*
    from (select sum(good)::float8 as good, sum(total)::float8 as total from objective_days where objective = 'availability'
      and day > (statement_timestamp() at time zone 'UTC')::date - ${OBJECTIVE_DAYS}::int) o`;
  const hours = await sql<{ hour: Date; deliveries: number[] | null; queueDelaySeconds: number }[]>`
    select hour, deliveries, queue_delay_seconds as "queueDelaySeconds" from service_hours
    where hour >= now() - interval '90 days' order by hour desc`;
  // Of the whole system only: a tenant's alert says something about the tenant.
  const alerts = await sql<{ rule: AlertRuleName; openedAt: Date; resolvedAt: Date | null }[]>`
    select rule, opened_at as "openedAt", resolved_at as "resolvedAt" from alerts
    where tenant_id is null and opened_at > now() - interval '90 days' and severity <> 'info'
    order by opened_at desc limit ${INCIDENTS_MAX}`;
  const { at, apiUp, good, total } = now!;
  const latest = hours[0];
  const isNow = latest && at.getTime() - latest.hour.getTime() < 3_600_000;
  return {
    ...{ at, apiUp, hours },
    availability: good !== null && total ? { good, total } : null,
    queueDelaySeconds: isNow ? latest.queueDelaySeconds : null,
    incidents: alerts.map(({ rule, ...alert }) => ({ title: alertRule(rule).title, ...alert })),
  };
}
