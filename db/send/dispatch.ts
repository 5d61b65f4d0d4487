import { type Fragment, type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { timeOrderedId } from "../postgres/time-ordered-ids.ts";
import { CAMPAIGN_MAY_GO } from "../safeguards/safeguards.ts";
import { NUMBER_IN_USE } from "../senders/number-in-use.ts";

// Times are compared with statement_timestamp(), not clock_timestamp(). The latter changes from row to row, so it
// can't use an index. Each query for due rows would then read all rows that wait for the morning.

/** A ticket that is not processed within this time counts as lost, and its jobs are leased again. */
const LEASE_SECONDS = 30;
/** How many seconds of its rate a tenant may save up while it has nothing due. */
const BURST_SECONDS = 1;

/** Send jobs of one tenant that go onto the queue as one ticket. */
export interface Lease {
  tenantId: string;
  leaseId: string;
  jobIds: string[];
}

interface Turn {
  tenantId: string;
  virtualTime: number;
  tokens: number;
  campaignIds: string[];
  segmentsEstimate: number;
  /** Of running campaigns with a speed limit of their own: the messages that may be leased now. Null: there are none. */
  campaignTokens: Record<string, number> | null;
}

/**
 * Leases due jobs by fair turns: up to `tickets` leases of up to `most` jobs. Each turn goes to the tenant with the
 * least virtual time among those with due jobs and rate left. Several workers may call it at once; none gets a job
 * that another has leased.
 */
export async function leaseDueJobs(sql: Pipeline, tickets: number, most: number): Promise<Lease[]> {
  const leases: Lease[] = [];
  /** Tenants whose due jobs are all on tickets. */
  const served: string[] = [];
  while (leases.length < tickets) {
    const turn = await leaseByTurn(sql, most, served);
    if (!turn) break;
    if (turn.lease) leases.push(turn.lease);
    else served.push(turn.tenantId);
  }
  return leases;
}

/**
 * Null if no other tenant has anything to send now. The lease is null if the tenant has its turn, but nothing
 * left to lease.
 */
function leaseByTurn(
  sql: Pipeline,
  most: number,
  served: readonly string[],
): Promise<{ tenantId: string; lease: Lease | null } | null> {
  return transact(sql, async (tx) => {
    const turn = await takeTurn(tx, served);
    if (!turn) return null;
    const { tenantId } = turn;
    const affordable = Math.max(1, Math.floor(turn.tokens / turn.segmentsEstimate));
    const lease = await leaseOf(tx, turn, Math.min(most, affordable));
    if (lease) await payForTurn(tx, turn, lease);
    return { tenantId, lease };
  });
}

/**
 * Picks the next tenant by start-time fair queueing. A tenant that was idle (or had no rate left) joins at the
 * virtual time when the latest turn began. So it neither catches up at the others' cost nor pays for the time when it
 * was alone. Its rate is the lesser of its own and the sum of its numbers. A full bucket is enough for a message of
 * any length (the rest is debt), or a slow number could never send a long text.
 */
async function takeTurn(tx: PipelineTransaction, served: readonly string[]): Promise<Turn | null> {
  const [turn] = await tx<Turn[]>`
    select d.tenant_id as "tenantId", a.tokens, due.campaign_ids as "campaignIds",
      due.segments_estimate as "segmentsEstimate", due.campaign_tokens as "campaignTokens",
      greatest(d.virtual_time, (select max(turn_began) from tenant_dispatch)) as "virtualTime"
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
      select array_agg(c.id) filter (where c.is_due) as campaign_ids,
        max(c.segments_estimate) filter (where c.is_due)::int as segments_estimate,
        jsonb_object_agg(c.id, c.tokens) filter (where c.tokens is not null) as campaign_tokens
      from (
        select c.id, c.segments_estimate, limited.tokens, (limited.tokens is null or limited.tokens >= 1) and exists (
          select 1 from send_jobs j
          where j.campaign_id = c.id and j.status = 'queued' and j.due_at <= statement_timestamp()
        ) as is_due
        from campaigns c cross join lateral (select case when c.messages_per_minute is not null then least(
          greatest(1, c.messages_per_minute * ${BURST_SECONDS}::float8 / 60), coalesce((d.campaign_tokens ->> c.id::text)::float8, 1)
            + extract(epoch from clock_timestamp() - d.tokens_at) * c.messages_per_minute / 60
        ) end as tokens) limited
        where c.tenant_id = d.tenant_id and c.status = 'running' and ${tx.unsafe(CAMPAIGN_MAY_GO)}
      ) c
    ) due
    where d.tenant_id <> all(${served as string[]}::uuid[]) and due.campaign_ids is not null
      and a.tokens >= least(due.segments_estimate, bucket.most)
    order by d.virtual_time limit 1
    for no key update of d skip locked`;
  return turn ?? null;
}

/**
 * Gives each campaign the same share first; the next round gives unused shares to the others. Within a campaign,
 * messages whose window closes first are due first, because launch and claim set `due_at` that way. The turn locks
 * the tenant's leases for this transaction. The jobs are only read; the claim locks them.
 */
async function leaseOf(tx: PipelineTransaction, turn: Turn, most: number): Promise<Lease | null> {
  const { tenantId, campaignIds, campaignTokens } = turn;
  const share = Math.ceil(most / campaignIds.length);
  const shares = campaignIds.map((id) => Math.min(share, Math.floor(campaignTokens?.[id] ?? share)));
  const leaseId = timeOrderedId(new Date());
  const [row] = await tx<{ jobIds: string[] }[]>`
    with leased as materialized (
      select unnest(job_ids) as id from send_leases
      where tenant_id = ${tenantId} and expires_at > statement_timestamp()
    ), due as (
      select due.id from unnest(${campaignIds}::uuid[], ${shares}::int[]) as running (campaign_id, share)
      cross join lateral (
        select j.id from send_jobs j
        where j.campaign_id = running.campaign_id and j.status = 'queued' and j.due_at <= statement_timestamp()
          and j.id not in (select id from leased)
        order by j.due_at limit running.share
      ) due
      limit ${most}
    )
    insert into send_leases (tenant_id, id, job_ids, expires_at)
    select ${tenantId}, ${leaseId}, array_agg(id), clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
    from due having count(*) > 0
    returning job_ids as "jobIds"`;
  return row ? { tenantId, leaseId, jobIds: row.jobIds } : null;
}

async function payForTurn(tx: PipelineTransaction, turn: Turn, { jobIds }: Lease): Promise<void> {
  const segments = jobIds.length * turn.segmentsEstimate;
  const left = turn.campaignTokens && (await campaignTokensAfter(tx, turn.campaignTokens, jobIds));
  await tx`
    update tenant_dispatch set turn_began = ${turn.virtualTime}, virtual_time = ${turn.virtualTime + segments},
      tokens = ${turn.tokens - segments}, tokens_at = clock_timestamp()
      ${left ? tx`, campaign_tokens = ${tx.json(left)}` : tx``}
    where tenant_id = ${turn.tenantId}`;
}

/** Only for tenants with a campaign that has a speed limit of its own. */
async function campaignTokensAfter(
  tx: PipelineTransaction,
  tokens: Record<string, number>,
  jobIds: readonly string[],
): Promise<Record<string, number>> {
  const leased = await tx<{ id: string; messages: number }[]>`
    select campaign_id as id, count(*)::int as messages from send_jobs
    where id = any(${jobIds as string[]}::uuid[]) and campaign_id = any(${Object.keys(tokens)}::uuid[]) group by 1`;
  const paid = new Map(leased.map(({ id, messages }) => [id, messages]));
  return Object.fromEntries(Object.entries(tokens).map(([id, left]) => [id, left - (paid.get(id) ?? 0)]));
}

/**
 * Ends the lease of a ticket that is processed, or that no worker will process (it stops): its queued jobs are due
 * again at once. Only jobs in `except` stay leased until the lease runs out: another transaction holds them locked,
 * so an early retry would not help.
 */
export async function endLease(
  sql: Pipeline,
  { tenantId, leaseId }: Pick<Lease, "tenantId" | "leaseId">,
  except: readonly string[] = [],
): Promise<void> {
  if (except.length === 0)
    await sql`delete from send_leases where tenant_id = ${tenantId} and id = ${leaseId}`;
  else {
    await sql`
      update send_leases set job_ids = ${except as string[]}::uuid[] where tenant_id = ${tenantId} and id = ${leaseId}`;
  }
}

/** Deletes leases that ran out: their tickets were lost, or are late. */
export async function sweepLeases(sql: Pipeline): Promise<void> {
  await sql`delete from send_leases where expires_at < statement_timestamp()`;
}

/** Jobs to release per campaign and call: a small rest of money must not release a large backlog. */
const RELEASE_LIMIT = 500;

/**
 * Makes held jobs due when their reason is gone: a pause that was lifted, a budget that was raised or reset by hand.
 * Jobs that wait for a time (quiet hours, a cap) become due on their own.
 */
export async function releaseHolds(sql: Pipeline): Promise<number> {
  const resumed = sql`j.hold_reason = 'Paused'`;
  const affordable = sql`j.hold_reason = 'Budget' and j.price_micros / 10000.0 <= least(
    t.daily_budget_cents - b.daily_spent_cents - b.daily_reserved_cents,
    t.monthly_budget_cents - b.monthly_spent_cents - b.monthly_reserved_cents)
    -- PostgreSQL sorts NaN above all numbers: the claim would hold each of these jobs again.
    and 'NaN' <> t.daily_budget_cents + b.daily_spent_cents + b.daily_reserved_cents
      + t.monthly_budget_cents + b.monthly_spent_cents + b.monthly_reserved_cents`;
  const released = await Promise.all([release(sql, "Paused", resumed), release(sql, "Budget", affordable)]);
  return released.flat().length;
}

/** Removes the hold reason, so that a due job is not released again. */
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
