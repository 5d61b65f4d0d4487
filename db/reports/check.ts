import { type Pipeline, transact } from "../postgres/connection.ts";
import { countedSlots, FIGURE_COLUMNS, summedDays } from "./count.ts";

const DIFFERS = FIGURE_COLUMNS.map((name) => `s.${name} is distinct from f.${name}`).join(" or ");
const object = (from: string) =>
  `case when ${from}.dimension is not null then jsonb_build_object(${FIGURE_COLUMNS.map((name) => `'${name}', ${from}.${name}`).join(", ")}) end`;

/** How often the figures are compared with the rows. */
const AGAIN_AFTER_HOURS = 20;
/** A check that was killed is begun again after this time. */
const CHECK_LIMIT_HOURS = 2;
/** Quarters of an hour per statement, and older ones that are drawn each time. */
const SLOTS_AT_ONCE = 8;
const OLDER_SLOTS = 96;
/** A drift of everything must not fill the table: the rest is found the next night. */
const DRIFTS_PER_STATEMENT = 100;

/**
 * Takes the nightly check if it is due: one worker has it. Returns the quarters to compare: all from the local yesterdays on
 * (two days), and some older ones at random.
 */
export async function takeCheck(sql: Pipeline): Promise<Date[] | null> {
  const taken = await sql`
    update report_state set check_began_at = clock_timestamp()
    where is_backfilled and coalesce(checked_at, '-infinity') < clock_timestamp() - make_interval(hours => ${AGAIN_AFTER_HOURS})
      and coalesce(check_began_at, '-infinity') < clock_timestamp() - make_interval(hours => ${CHECK_LIMIT_HOURS}) returning 1`;
  if (taken.length === 0) return null;
  const rows = await sql<{ slot: Date }[]>`
    select slot from generate_series(report_slot(now() - interval '2 days'), report_slot(now()), interval '15 minutes') as recent (slot)
    union
    select slot from (
      select first + n * interval '15 minutes' as slot
      from (select min(slot) as first, (extract(epoch from now() - min(slot)) / 900)::int as slots from report_slots) known,
        lateral (select (random() * slots)::int as n from generate_series(1, ${OLDER_SLOTS})) drawn
    ) older where slot is not null order by slot`;
  return rows.map(({ slot }) => slot);
}

export async function endCheck(sql: Pipeline): Promise<void> {
  await sql`update report_state set checked_at = clock_timestamp(), check_began_at = null`;
  await sql`delete from report_drifts where created_at < clock_timestamp() - interval '90 days'`;
}

/**
 * Compares quarters with the rows, and the days that they are in with their quarters. Returns how many figures were wrong. They
 * are recorded for the alert and counted again. A quarter that waits to be counted is not wrong: the statement sees the rows
 * and these marks at one moment.
 */
export async function checkSlots(sql: Pipeline, slots: readonly Date[]): Promise<number> {
  let drifts = 0;
  for (let from = 0; from < slots.length; from += SLOTS_AT_ONCE) {
    const some = slots.slice(from, from + SLOTS_AT_ONCE).map((slot) => slot.toISOString());
    drifts += await compareSlots(sql, some);
    drifts += await compareDays(sql, some);
  }
  return drifts;
}

const compareSlots = (sql: Pipeline, slots: readonly string[]): Promise<number> =>
  transact(sql, async (tx) => {
    const found = await tx`
      with marked as materialized (
        select t.id as tenant_id, slot from tenants t cross join unnest(${slots as string[]}::timestamptz[]) as given (slot)
        where not exists (select 1 from report_changes c where c.tenant_id = t.id and (c.slot = given.slot or c.slot is null))
      ), ${countedSlots(tx)}, drifts as (
        select coalesce(s.tenant_id, f.tenant_id) as tenant_id, coalesce(s.slot, f.slot) as slot,
          coalesce(s.dimension, f.dimension) as dimension, coalesce(s.key, f.key) as key,
          ${tx.unsafe(object("s"))} as counted, ${tx.unsafe(object("f"))} as recounted
        from (select s.* from report_slots s join marked using (tenant_id, slot)) s
        full join fresh f on f.tenant_id = s.tenant_id and f.slot = s.slot and f.dimension = s.dimension and f.key = s.key
        where ${tx.unsafe(DIFFERS)} order by 1, 2, 3, 4 limit ${DRIFTS_PER_STATEMENT}
      ), again as (
        insert into report_changes (tenant_id, slot) select distinct tenant_id, slot from drifts
      )
      insert into report_drifts (tenant_id, slot, dimension, key, counted, recounted)
      select tenant_id, slot, dimension, key, counted, recounted from drifts returning 1`;
    return found.length;
  });

const compareDays = (sql: Pipeline, slots: readonly string[]): Promise<number> =>
  transact(sql, async (tx) => {
    const found = await tx`
      with days as materialized (
        select distinct t.id as tenant_id, report_zone(t.timezone) as zone,
          (given.slot at time zone report_zone(t.timezone))::date as day
        from tenants t cross join unnest(${slots as string[]}::timestamptz[]) as given (slot)
        -- Days are written with their quarters, so only a new zone makes them wait.
        where not exists (select 1 from report_changes c where c.tenant_id = t.id and c.slot is null)
      ), ${summedDays(tx)}, drifts as (
        select coalesce(s.tenant_id, f.tenant_id) as tenant_id, coalesce(s.day, f.day) as day,
          coalesce(s.dimension, f.dimension) as dimension, coalesce(s.key, f.key) as key,
          ${tx.unsafe(object("s"))} as counted, ${tx.unsafe(object("f"))} as recounted
        from (select r.* from report_days r join days using (tenant_id, day)) s
        full join summed f on f.tenant_id = s.tenant_id and f.day = s.day and f.dimension = s.dimension and f.key = s.key
        where ${tx.unsafe(DIFFERS)} order by 1, 2, 3, 4 limit ${DRIFTS_PER_STATEMENT}
      ), again as (
        insert into report_changes (tenant_id, slot)
        select distinct d.tenant_id, report_slot(d.day::timestamp at time zone days.zone) from drifts d join days using (tenant_id, day)
      )
      insert into report_drifts (tenant_id, day, dimension, key, counted, recounted)
      select tenant_id, day, dimension, key, counted, recounted from drifts returning 1`;
    return found.length;
  });
