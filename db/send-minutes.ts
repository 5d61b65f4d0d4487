import type { Pipeline } from "./connection.ts";

/** Rows folded, and rows removed, in one go: more wait for the next. */
const MOST_ROWS = 5_000;

/**
 * Folds the shards of minutes that are past into one row each and removes what is older than the month that objectives
 * look back. Whoever has one of the rows locked keeps it for the next time.
 */
export async function foldSendMinutes(sql: Pipeline): Promise<void> {
  await sql`
    with past as (
      select minute, tenant_id, shard from send_minutes
      where minute < statement_timestamp() - interval '15 minutes' and shard <> 0
      order by minute limit ${MOST_ROWS} for update skip locked
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
      limit ${MOST_ROWS} for update skip locked))`;
  await sql`
    delete from service_minutes where ctid = any(array(
      select ctid from service_minutes where minute < statement_timestamp() - interval '32 days' limit ${MOST_ROWS}))`;
}
