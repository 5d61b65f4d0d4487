import { type Fragment, type Pipeline, type PipelineTransaction, transact } from "./connection.ts";
import { NUMBER_IN_USE } from "./numbers.ts";

// Times are compared with statement_timestamp(), not clock_timestamp(): the latter changes from row to row, so no
// index can be searched by it, and each look for due rows would read all that wait for the morning.

/** A ticket whose rows are not claimed within this time is taken for lost, and they are leased again. */
const LEASE_SECONDS = 30;
/** Segments a tenant may save up while it has nothing due, in seconds of its rate. */
const BURST_SECONDS = 1;

/** Send jobs of one tenant that go onto the queue together. */
export interface Lease {
  tenantId: string;
  jobIds: string[];
}

interface Turn {
  tenantId: string;
  virtualTime: number;
  tokens: number;
  campaignIds: string[];
  segmentsEstimate: number;
}

/**
 * Leases due jobs of the tenant whose turn it is: the one with the least virtual time among those that have
 * something due and rate left. Several workers may ask at once; none gets what another has locked.
 * Null when nobody has anything to send now.
 */
export function leaseDueJobs(sql: Pipeline, most: number): Promise<Lease | null> {
  return transact(sql, async (tx) => {
    const turn = await takeTurn(tx);
    if (!turn) return null;
    const affordable = Math.max(1, Math.floor(turn.tokens / turn.segmentsEstimate));
    const jobIds = await leaseOf(tx, turn.campaignIds, Math.min(most, affordable));
    const segments = jobIds.length * turn.segmentsEstimate;
    // Whose rows somebody else holds locked goes to the end of the line: it must not keep the others waiting.
    await payForTurn(tx, turn, segments, Math.max(segments, turn.segmentsEstimate));
    return jobIds.length > 0 ? { tenantId: turn.tenantId, jobIds } : null;
  });
}

/**
 * The rate that counts is the lesser of the tenant's own and what its numbers can send together. A tenant that
 * was away joins at the time of those who are here, so that it can't make up for its absence at their cost. A full
 * bucket is enough for a message of any length (the rest is owed), or a slow number could never send a long text.
 */
async function takeTurn(tx: PipelineTransaction): Promise<Turn | null> {
  const [turn] = await tx<Turn[]>`
    select d.tenant_id as "tenantId", a.tokens, due.campaign_ids as "campaignIds",
      due.segments_estimate as "segmentsEstimate",
      greatest(d.virtual_time, coalesce((
        select min(o.virtual_time) from tenant_dispatch o
        where o.tenant_id <> d.tenant_id and o.tokens_at > clock_timestamp() - interval '5 seconds'
      ), d.virtual_time)) as "virtualTime"
    from tenant_dispatch d
    join tenants t on t.id = d.tenant_id and t.sending_paused_at is null and t.restore_locked_at is null
    cross join lateral (
      select least(t.segments_per_second, sum(n.segments_per_second))::float8 as per_second
      from sending_numbers n
      where n.tenant_id = d.tenant_id and ${tx.unsafe(NUMBER_IN_USE)}
    ) rate
    cross join lateral (select greatest(1, rate.per_second * ${BURST_SECONDS}::float8) as most) bucket
    cross join lateral (
      select least(
        bucket.most, d.tokens + extract(epoch from clock_timestamp() - d.tokens_at) * rate.per_second
      ) as tokens
    ) a
    cross join lateral (
      select array_agg(c.id) as campaign_ids, max(c.segments_estimate)::int as segments_estimate
      from campaigns c
      where c.tenant_id = d.tenant_id and c.status = 'running' and exists (
        select 1 from send_jobs j
        where j.campaign_id = c.id and j.status = 'queued' and j.due_at <= statement_timestamp()
      )
    ) due
    where due.campaign_ids is not null and a.tokens >= least(due.segments_estimate, bucket.most)
    order by d.virtual_time limit 1
    for no key update of d skip locked`;
  return turn ?? null;
}

/**
 * Each campaign gets the same share first; what one leaves, the next round gives to the others. Within a campaign those
 * whose window closes first are due first: launch and claim set `due_at` so.
 */
async function leaseOf(tx: PipelineTransaction, campaignIds: string[], most: number): Promise<string[]> {
  const share = Math.ceil(most / campaignIds.length);
  const rows = await tx<{ id: string }[]>`
    update send_jobs set due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
    where id in (
      select due.id from unnest(${campaignIds}::uuid[]) as running (campaign_id)
      cross join lateral (
        select j.id from send_jobs j
        where j.campaign_id = running.campaign_id and j.status = 'queued' and j.due_at <= statement_timestamp()
        order by j.due_at limit ${share} for no key update skip locked
      ) due
      limit ${most}
    ) returning id`;
  return rows.map((row) => row.id);
}

async function payForTurn(
  tx: PipelineTransaction,
  turn: Turn,
  segments: number,
  virtualCost: number,
): Promise<void> {
  await tx`
    update tenant_dispatch set virtual_time = ${turn.virtualTime + virtualCost},
      tokens = ${turn.tokens - segments}, tokens_at = clock_timestamp()
    where tenant_id = ${turn.tenantId}`;
}

/** Jobs of a ticket that nobody will claim (the worker stops): due again at once instead of at the lease's end. */
export async function returnLease(sql: Pipeline, jobIds: string[]): Promise<void> {
  await sql`
    update send_jobs set due_at = clock_timestamp()
    where id = any(${jobIds}::uuid[]) and status = 'queued' and hold_reason is null`;
}

/** Jobs released per campaign and call: a large backlog must not be thrown at a small rest of money. */
const RELEASE_LIMIT = 500;

/**
 * Makes jobs due whose reason to wait is gone: a pause that was lifted, a budget that was raised or reset by hand.
 * Those who wait for a time (quiet hours, a cap) come due by themselves.
 */
export async function releaseHolds(sql: Pipeline): Promise<number> {
  const resumed = sql`j.hold_reason = 'Paused'`;
  const affordable = sql`j.hold_reason = 'Budget' and j.price_micros / 10000.0 <= least(
    t.daily_budget_cents - b.daily_spent_cents - b.daily_reserved_cents,
    t.monthly_budget_cents - b.monthly_spent_cents - b.monthly_reserved_cents)
    -- To PostgreSQL it is more than any number: the claim would refuse each of them again.
    and 'NaN' <> t.daily_budget_cents + b.daily_spent_cents + b.daily_reserved_cents
      + t.monthly_budget_cents + b.monthly_spent_cents + b.monthly_reserved_cents`;
  const released = await Promise.all([release(sql, "Paused", resumed), release(sql, "Budget", affordable)]);
  return released.flat().length;
}

/** Without their reason they look like any other due message: leased ones must not be released again. */
function release(sql: Pipeline, reason: "Paused" | "Budget", open: Fragment) {
  return sql<{ id: string }[]>`
    update send_jobs set due_at = clock_timestamp(), not_before = null, hold_reason = null
    where id in (
      select held.id from campaigns c
      join budgets b on b.tenant_id = c.tenant_id
      join tenants t on t.id = c.tenant_id and t.sending_paused_at is null and t.restore_locked_at is null
      cross join lateral (
        select j.id from send_jobs j
        where j.campaign_id = c.id and j.status = 'queued' and ${open}
          and j.due_at > statement_timestamp() + interval '1 second'
        order by j.due_at limit ${RELEASE_LIMIT} for no key update of j skip locked
      ) held
      where c.status = 'running' and exists (
        select 1 from campaign_counters k
        where k.campaign_id = c.id and k.status = 'queued' and k.reason = ${reason}
        group by k.campaign_id having sum(k.jobs) > 0
      )
    ) and status = 'queued' returning id`;
}
