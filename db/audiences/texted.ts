import { type Fragment, type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";

/**
 * Notes when numbers were last texted, for audiences. `given` has the attempts that are settled (id, state). It runs
 * before the statements that lock budgets, in the order of the numbers, so that two settlements can't deadlock.
 */
export async function noteTexted(tx: PipelineTransaction, given: Fragment): Promise<void> {
  await tx`
    insert into texted_numbers as t (tenant_id, phone_e164, last_texted_at)
    select a.tenant_id, a.to_phone, max(coalesce(r.handed_over_at, a.claimed_at))
    from ${given} join send_attempts a on a.id = r.id
    where r.state in ('accepted', 'unknown') and a.to_phone like '+%'
    group by 1, 2 order by 1, 2
    on conflict (tenant_id, phone_e164) do update set last_texted_at = excluded.last_texted_at
      where t.last_texted_at < excluded.last_texted_at`;
}

/** Attempts per transaction: some 50 ms. */
const BATCH = 5_000;

/**
 * Counts one more batch of the attempts from before the table existed, the newest first, and saves the position with
 * it. Returns false once all are counted, or while another worker does it.
 */
export function backfillTexted(sql: Pipeline): Promise<boolean> {
  return transact(sql, async (tx) => {
    const [state] = await tx<{ sweptFrom: string | null }[]>`
      select swept_from as "sweptFrom" from texted_backfill where finished_at is null for update skip locked`;
    if (!state) return false;
    const before = state.sweptFrom ?? "ffffffff-ffff-ffff-ffff-ffffffffffff";
    const [batch] = await tx<{ attempts: number; first: string | null }[]>`
      with batch as materialized (
        select id, tenant_id, to_phone, coalesce(handed_over_at, claimed_at) as at, state from send_attempts
        where id < ${before} order by id desc limit ${BATCH}
      ), noted as (
        insert into texted_numbers as t (tenant_id, phone_e164, last_texted_at)
        select tenant_id, to_phone, max(at) from batch
        where state in ('accepted', 'unknown', 'presumed-sent') and to_phone like '+%' group by 1, 2 order by 1, 2
        on conflict (tenant_id, phone_e164) do update set last_texted_at = excluded.last_texted_at
          where t.last_texted_at < excluded.last_texted_at
      )
      select count(*)::int as attempts, (select id from batch order by id limit 1) as first from batch`;
    const isDone = batch!.attempts < BATCH;
    await tx`
      update texted_backfill set swept_from = coalesce(${batch!.first}, swept_from),
        finished_at = case when ${isDone} then clock_timestamp() end`;
    return !isDone;
  });
}
