import type { Pipeline } from "../postgres/connection.ts";

/** The most rows to fold, and to remove, in one call. */
const ROWS_MAX = 5_000;

/**
 * Folds the shards of past minutes into one row each, and removes rows older than the period of the objectives. Rows
 * that are locked wait for the next call.
 */
export async function foldSendMinutes(sql: Pipeline): Promise<void> {
  await sql`
    with past as (
      select minute, tenant_id, shard from send_minutes
      where minute < statement_timestamp() - interval '15 minutes' and shard <> 0
      order by minute limit ${ROWS_MAX} for update skip locked
    ), gone as (
      delete from send_minutes m using past p
      where m.minute = p.minute and m.tenant_id = p.tenant_id and m.shard = p.shard returning m.*
    )
    insert into send_minutes as m (minute, tenant_id, shard, handed_over, answered, delivered_in_time, opted_out, delivered,
      failed, heard, heard_in_time, heard_seconds)
    select minute, tenant_id, 0, sum(handed_over), sum(answered), sum(delivered_in_time), sum(opted_out), sum(delivered),
      sum(failed), sum(heard), sum(heard_in_time), sum(heard_seconds)
    from gone group by 1, 2 order by 1, 2
    on conflict (minute, tenant_id, shard) do update set handed_over = m.handed_over + excluded.handed_over,
      answered = m.answered + excluded.answered, delivered_in_time = m.delivered_in_time + excluded.delivered_in_time,
      opted_out = m.opted_out + excluded.opted_out, delivered = m.delivered + excluded.delivered,
      failed = m.failed + excluded.failed, heard = m.heard + excluded.heard,
      heard_in_time = m.heard_in_time + excluded.heard_in_time, heard_seconds = m.heard_seconds + excluded.heard_seconds`;
  await sql`
    delete from send_minutes where ctid = any(array(
      select ctid from send_minutes where minute < statement_timestamp() - interval '32 days'
      limit ${ROWS_MAX} for update skip locked))`;
  await sql`
    delete from service_minutes where ctid = any(array(
      select ctid from service_minutes where minute < statement_timestamp() - interval '32 days' limit ${ROWS_MAX}))`;
}
