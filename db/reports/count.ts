import { type Fragment, type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";

/** The columns of figures in `report_slots` and `report_days`. */
export const FIGURE_COLUMNS = [
  ...["sent", "delivered", "failed", "not_sent", "replied", "opted_out", "clicked", "segments"],
  ...["cost_micros", "estimated_micros"],
] as const;
const COLUMNS = FIGURE_COLUMNS.join(", ");
const SUMS = FIGURE_COLUMNS.map((name) => `sum(${name}) as ${name}`).join(", ");
// Named in the queries, because the keys of both tables have the dimension before the time.
const SLOT_DIMENSIONS = ["total", "campaign", "sender", "country", "failed", "not-sent"];
const DAY_DIMENSIONS = [...SLOT_DIMENSIONS, "hour"];
/** At least one of the figures is not 0. */
const ANYTHING = FIGURE_COLUMNS.map((name) => `sum(${name}) <> 0`).join(" or ");

/** The attempts that count: the carrier was asked, or may have been. */
export const COUNTED_STATES = "('accepted', 'rejected', 'unknown', 'presumed-sent')";

/**
 * Counts quarters of an hour from the rows: SQL of a `with` list that ends with `fresh`, which has the columns of
 * `report_slots`. `marked` (tenant_id, slot) must stand before it. Messages are found by the time in their attempts' ids.
 */
export function countedSlots(sql: Pipeline | PipelineTransaction): Fragment {
  return sql`
    slots as materialized (select distinct slot from marked where slot is not null),
    submitted as materialized (
      select m.tenant_id, m.slot, c.kind, a.campaign_id, a.sending_number_id, j.country, j.failure_reason as reason,
        j.last_attempt_id = a.id as is_last,
        coalesce(a.carrier_status in ('delivered', 'read'), false) as delivered,
        a.state = 'rejected' or a.final_at is not null as is_final,
        a.segments, a.spent_micros + a.reserved_micros as cost, a.price_source, a.id, a.send_job_id,
        coalesce(c.shorten_links, false) as shortens
      from slots s
      join send_attempts a on a.id >= uuid_floor(s.slot) and a.id < uuid_floor(s.slot + interval '15 minutes')
        and a.state in ${sql.unsafe(COUNTED_STATES)}
      join marked m on m.slot = s.slot and m.tenant_id = a.tenant_id
      join send_jobs j on j.id = a.send_job_id
      join campaigns c on c.id = a.campaign_id
    ),
    replied as materialized (
      select distinct i.answers_attempt_id as id from marked m join inbound_messages i on i.tenant_id = m.tenant_id
        and i.answers_attempt_id >= uuid_floor(m.slot) and i.answers_attempt_id < uuid_floor(m.slot + interval '15 minutes')
    ),
    opted_out as materialized (
      select o.attempt_id as id from marked m join opt_out_messages o on o.tenant_id = m.tenant_id
        and o.attempt_id >= uuid_floor(m.slot) and o.attempt_id < uuid_floor(m.slot + interval '15 minutes')
    ),
    messages as (
      select tenant_id, slot, kind, campaign_id, sending_number_id, country,
        case when is_last and is_final and not delivered then 'failed' else '' end as outcome,
        coalesce(reason, '') as reason, is_last::int as sent,
        (is_last and is_final and delivered)::int as delivered, (is_last and is_final and not delivered)::int as failed,
        0 as not_sent, (is_last and exists (select 1 from replied r where r.id = submitted.id))::int as replied,
        (is_last and exists (select 1 from opted_out o where o.id = submitted.id))::int as opted_out,
        (is_last and shortens and exists (select 1 from link_clicks k where k.tenant_id = submitted.tenant_id
          and k.campaign_id = submitted.campaign_id and k.send_job_id = submitted.send_job_id))::int as clicked,
        segments, cost as cost_micros, case when price_source is distinct from 'carrier' then cost else 0 end as estimated_micros
      from submitted
      union all
      select m.tenant_id, m.slot, c.kind, j.campaign_id, j.sending_number_id, j.country, 'not-sent',
        coalesce(j.failure_reason, ''), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
      from marked m join send_jobs j on j.tenant_id = m.tenant_id and j.final_at >= m.slot
        and j.final_at < m.slot + interval '15 minutes' and j.status in ('failed', 'canceled') and j.gate is distinct from 'carrier'
      join campaigns c on c.id = j.campaign_id
      left join send_attempts a on a.id = j.last_attempt_id
      where a.id is null or a.state not in ${sql.unsafe(COUNTED_STATES)}
    ),
    -- Replies and answers are campaigns of one message: they count under their kind.
    keyed as (
      select *, case when kind in ('campaign', 'flow') then campaign_id::text else kind end as campaign,
        coalesce(sending_number_id::text, '') as sender, coalesce(country, '') as place from messages
    ),
    fresh as (
      select tenant_id, slot,
        case grouping(campaign, sender, place, outcome) when 15 then 'total' when 7 then 'campaign' when 11 then 'sender'
          when 13 then 'country' else outcome end as dimension,
        case grouping(campaign, sender, place, outcome) when 15 then '' when 7 then campaign when 11 then sender
          when 13 then place else reason end as key,
        ${sql.unsafe(SUMS)}
      from keyed
      group by grouping sets ((tenant_id, slot), (tenant_id, slot, campaign), (tenant_id, slot, sender), (tenant_id, slot, place),
        (tenant_id, slot, outcome, reason))
      having (grouping(outcome) = 1 or outcome <> '') and (${sql.unsafe(ANYTHING)})
    )`;
}

/** How many quarters one round counts at once: at 100 messages per second some hundred thousand rows. */
const SLOTS_PER_ROUND = 6;

export interface CountRound {
  /** Quarters of tenants that were counted. */
  counted: number;
  /** More of them wait. */
  more: boolean;
}

/**
 * Counts the newest quarters that have changed, of all tenants, and the days that they are in. One worker counts at a time; null:
 * another does. A change that is committed while this runs is noted in a row that this does not see, so it is counted next.
 */
export function countChanges(sql: Pipeline): Promise<CountRound | null> {
  return transact(sql, async (tx) => {
    const [lock] = await tx<{ held: boolean; at: Date }[]>`
      select pg_try_advisory_xact_lock(${LOCK_KEYS.reports}) as held, clock_timestamp() as at`;
    if (!lock!.held) return null;
    const marked = await tx<Marked[]>`
      with newest as (
        select distinct slot from report_changes order by slot desc nulls first limit ${SLOTS_PER_ROUND}
      ), taken as (
        delete from report_changes c using newest n where c.slot is not distinct from n.slot returning c.tenant_id, c.slot
      )
      select distinct tenant_id as "tenantId", slot from taken`;
    const slots = marked.flatMap(({ tenantId, slot }) => (slot ? [{ tenantId, slot }] : []));
    if (slots.length > 0) await writeSlots(tx, slots);
    const rezoned = marked.flatMap(({ tenantId, slot }) => (slot ? [] : [tenantId]));
    if (rezoned.length > 0) await writeAllDays(tx, rezoned);
    const [left] = await tx<{ more: boolean }[]>`select exists (select 1 from report_changes) as more`;
    // Read before the first statement, so everything that was committed by then is counted.
    if (!left!.more) await tx`update report_state set counted_at = ${lock!.at}`;
    return { counted: marked.length, more: left!.more };
  });
}

interface Marked {
  tenantId: string;
  /** Null: the tenant's zone has changed. */
  slot: Date | null;
}

const given = (tx: PipelineTransaction, marked: readonly { tenantId: string; slot: Date }[]) => tx`
  select * from unnest(${marked.map(({ tenantId }) => tenantId)}::uuid[],
    ${marked.map(({ slot }) => slot.toISOString())}::timestamptz[]) as given (tenant_id, slot)`;

async function writeSlots(
  tx: PipelineTransaction,
  slots: readonly { tenantId: string; slot: Date }[],
): Promise<void> {
  await tx`
    delete from report_slots s using (${given(tx, slots)}) m where s.tenant_id = m.tenant_id and s.slot = m.slot`;
  await tx`
    with marked as materialized (${given(tx, slots)}), ${countedSlots(tx)}
    insert into report_slots (tenant_id, slot, dimension, key, ${tx.unsafe(COLUMNS)})
    select tenant_id, slot, dimension, key, ${tx.unsafe(COLUMNS)} from fresh`;
  await writeDays(
    tx,
    tx`
      select distinct t.id as tenant_id, report_zone(t.timezone) as zone, (m.slot at time zone report_zone(t.timezone))::date as day
      from (${given(tx, slots)}) m join tenants t on t.id = m.tenant_id`,
  );
}

/** A tenant's days begin and end by its new clock. */
async function writeAllDays(tx: PipelineTransaction, tenantIds: readonly string[]): Promise<void> {
  await tx`delete from report_days where tenant_id = any(${tenantIds as string[]}::uuid[])`;
  await writeDays(
    tx,
    tx`
      select distinct t.id as tenant_id, report_zone(t.timezone) as zone, (s.slot at time zone report_zone(t.timezone))::date as day
      from report_slots s join tenants t on t.id = s.tenant_id
      where s.tenant_id = any(${tenantIds as string[]}::uuid[]) and s.dimension = 'total'`,
  );
}

/** Adds up days (tenant_id, zone, day) from their quarters: 92 or 100 of them where the clocks change. */
export const summedDays = (sql: Pipeline | PipelineTransaction): Fragment => sql`
  summed as (
    select d.tenant_id, d.day, s.dimension, s.key, ${sql.unsafe(SUMS)}
    from days d join report_slots s on s.tenant_id = d.tenant_id and s.dimension = any(${SLOT_DIMENSIONS})
      and s.slot >= d.day::timestamp at time zone d.zone
      and s.slot < (d.day + 1)::timestamp at time zone d.zone
    group by 1, 2, 3, 4
    union all
    select d.tenant_id, d.day, 'hour', extract(hour from s.slot at time zone d.zone)::text, ${sql.unsafe(SUMS)}
    from days d join report_slots s on s.tenant_id = d.tenant_id and s.dimension = 'total'
      and s.slot >= d.day::timestamp at time zone d.zone and s.slot < (d.day + 1)::timestamp at time zone d.zone
    group by 1, 2, 3, 4
  )`;

async function writeDays(tx: PipelineTransaction, days: Fragment): Promise<void> {
  await tx`
    delete from report_days r using (${days}) d where r.tenant_id = d.tenant_id and r.dimension = any(${DAY_DIMENSIONS})
      and r.day = d.day`;
  await tx`
    with days as materialized (${days}), ${summedDays(tx)}
    insert into report_days (tenant_id, day, dimension, key, ${tx.unsafe(COLUMNS)})
    select tenant_id, day, dimension, key, ${tx.unsafe(COLUMNS)} from summed`;
}

/** Marks the quarters of all messages from before the upgrade as changed, once. */
export function backfillChanges(sql: Pipeline): Promise<void> {
  return transact(sql, async (tx) => {
    const [state] = await tx<{ done: boolean }[]>`
      select is_backfilled as done from report_state for update skip locked`;
    if (!state || state.done) return;
    await tx`
      insert into report_changes (tenant_id, slot)
      select distinct tenant_id, report_slot(claimed_at) from send_attempts where state <> 'sending'
      union
      select distinct tenant_id, report_slot(final_at) from send_jobs
      where status in ('failed', 'canceled') and gate is distinct from 'carrier' and final_at is not null`;
    await tx`update report_state set is_backfilled = true`;
  });
}

const ANSWERS_PER_BATCH = 500;

/** Looks up which message each reply from before the upgrade answers, newest first. Returns whether more are left. */
export function backfillAnswers(sql: Pipeline): Promise<boolean> {
  return transact(sql, async (tx) => {
    const [state] = await tx<{ to: string | null }[]>`
      select answers_backfilled_to as to from report_state for update skip locked`;
    if (!state || state.to === NOTHING_OLDER) return false;
    const batch = await tx<{ id: string }[]>`
      select id from inbound_messages where id < ${state.to ?? NEWEST} order by id desc limit ${ANSWERS_PER_BATCH}`;
    const ids = batch.map(({ id }) => id);
    await tx`
      with answered as (
        select i.id, a.id as attempt_id, i.tenant_id, a.claimed_at from inbound_messages i cross join lateral (
          select id, claimed_at from send_attempts
          where tenant_id = i.tenant_id and to_phone = i.from_phone and claimed_at <= i.created_at
            and claimed_at > i.created_at - interval '7 days' and state not in ('released', 'rejected')
          order by claimed_at desc limit 1
        ) a where i.id = any(${ids}::uuid[]) and i.answers_attempt_id is null
      ), opted_out as (
        insert into opt_out_messages (tenant_id, attempt_id)
        select distinct n.tenant_id, n.attempt_id from answered n join inbound_messages i on i.id = n.id and i.kind = 'opt-out'
        on conflict do nothing
      ), noted as (
        insert into report_changes (tenant_id, slot) select distinct tenant_id, report_slot(claimed_at) from answered
      )
      update inbound_messages i set answers_attempt_id = n.attempt_id from answered n where i.id = n.id`;
    const more = ids.length === ANSWERS_PER_BATCH;
    await tx`update report_state set answers_backfilled_to = ${more ? ids.at(-1)! : NOTHING_OLDER}`;
    return more;
  });
}

const NEWEST = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const NOTHING_OLDER = "00000000-0000-0000-0000-000000000000";
