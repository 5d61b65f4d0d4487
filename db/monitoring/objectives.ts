import {
  OBJECTIVE_DAYS,
  OBJECTIVE_NAMES,
  type ObjectiveName,
  type ObjectiveStatus,
  objectiveStatus,
} from "@smscrm/core/alerts/objectives";
import { type Fragment, type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";
import { readBackedUpAt } from "./backup-age.ts";

/** A minute is added after this delay: by then "delivered within five minutes" is decided. */
const SETTLED_MINUTES = 6;

/**
 * Adds past minutes to their day, each exactly once, even with several workers. `now` is the database's clock unless
 * a test sets it.
 */
export async function rollUpObjectives(sql: Pipeline, now?: Date): Promise<void> {
  await transact(sql, async (tx) => {
    const [lock] = await tx<{ held: boolean; at: Date }[]>`
      select pg_try_advisory_xact_lock(${LOCK_KEYS.objectiveDays}) as held, clock_timestamp() as at`;
    if (!lock!.held) return;
    const at = now ?? lock!.at;
    const minutes = tx`select m.minute`;
    await addMinutes(tx, "availability", at, availableMinutes(tx));
    await addMinutes(
      tx,
      "delivery",
      at,
      tx`${minutes}, sum(delivered_in_time) as good, sum(handed_over) as total
      from send_minutes m, span where m.minute > span.first and m.minute <= span.last group by 1`,
    );
    await addMinutes(
      tx,
      "webhook-lag",
      at,
      tx`${minutes}, sum(heard_in_time) as good, sum(heard) as total
      from send_minutes m, span where m.minute > span.first and m.minute <= span.last group by 1`,
    );
    await addMinutes(
      tx,
      "api-response",
      at,
      tx`${minutes}, sum(requests_fast) as good, sum(requests) as total
      from service_minutes m, span where m.service = 'api' and m.minute > span.first and m.minute <= span.last group by 1`,
    );
    await tx`delete from objective_days where day < (${at}::timestamptz - interval '400 days')::date`;
  });
}

/** Every minute since an API first ran: good if one reported that it and its database were up. */
function availableMinutes(tx: PipelineTransaction): Fragment {
  return tx`
    select m.minute, (exists (select 1 from service_minutes s where s.minute = m.minute and s.service = 'api'))::int as good,
      1 as total
    from span, generate_series(
      greatest(span.first + interval '1 minute', coalesce((select min(minute) from service_minutes where service = 'api'), span.last + interval '1 minute')),
      span.last, interval '1 minute') as m (minute)`;
}

/** `minutes` selects minute, good and total within `span`. */
async function addMinutes(
  tx: PipelineTransaction,
  name: ObjectiveName,
  now: Date,
  minutes: Fragment,
): Promise<void> {
  await tx`
    with span as (
      select date_trunc('minute', ${now}::timestamptz) - make_interval(mins => ${SETTLED_MINUTES}) as last,
        greatest(date_trunc('minute', ${now}::timestamptz) - make_interval(days => ${OBJECTIVE_DAYS}),
          (select max(through) from objective_days where objective = ${name})) as first
    ), added as (${minutes})
    insert into objective_days as d (objective, day, good, total, through)
    select ${name}, (minute at time zone 'UTC')::date, greatest(0, sum(good)), greatest(0, sum(total)), max(minute) from added
    group by 2
    on conflict (objective, day) do update set good = d.good + excluded.good, total = d.total + excluded.total,
      through = greatest(d.through, excluded.through)`;
}

export type Objectives = Record<ObjectiveName, ObjectiveStatus>;

/** Returns the status of every objective over its period: one row per day and objective. */
export async function readObjectives(sql: Pipeline): Promise<Objectives> {
  const rows = await sql<{ objective: ObjectiveName; good: number; total: number }[]>`
    select objective, sum(good)::float8 as good, sum(total)::float8 as total from objective_days
    where day > (statement_timestamp() at time zone 'UTC')::date - ${OBJECTIVE_DAYS}::int group by objective`;
  const of = (name: ObjectiveName) => rows.find((row) => row.objective === name) ?? { good: 0, total: 0 };
  const standings = OBJECTIVE_NAMES.map((name) => [
    name,
    objectiveStatus(name, of(name).good, of(name).total),
  ]);
  return Object.fromEntries(standings) as Objectives;
}

/** Returns how many hours of work could be lost now; null if there is nothing to lose. */
export async function readRecoveryPointHours(sql: Pipeline): Promise<number | null> {
  const backedUpAt = await readBackedUpAt(sql);
  return backedUpAt ? (Date.now() - backedUpAt.getTime()) / 3_600_000 : null;
}
