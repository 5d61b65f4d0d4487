import type { Pipeline } from "../postgres/connection.ts";
import { CAMPAIGN_MAY_GO } from "../safeguards/safeguards.ts";

/** What a worker reports about itself every few seconds. */
export interface Heartbeat {
  workerId: string;
  queueMode: "postgres" | "redis";
  queueWaiting: number;
  queueActive: number;
  carrier: "simulator" | "twilio";
  startedAt: Date;
}

/** Records that this worker is alive, and deletes workers that were not seen for an hour. */
export async function beat(sql: Pipeline, beat: Heartbeat): Promise<void> {
  await sql`
    insert into worker_heartbeats (worker_id, queue_mode, queue_waiting, queue_active, carrier, started_at, seen_at)
    values (${beat.workerId}, ${beat.queueMode}, ${beat.queueWaiting}, ${beat.queueActive}, ${beat.carrier},
      ${beat.startedAt}, clock_timestamp())
    on conflict (worker_id) do update set queue_mode = excluded.queue_mode, queue_waiting = excluded.queue_waiting,
      queue_active = excluded.queue_active, carrier = excluded.carrier, seen_at = excluded.seen_at`;
  await sql`delete from worker_heartbeats where seen_at < clock_timestamp() - interval '1 hour'`;
}

/** Returns how long the oldest due message has waited, in seconds: the worker's lag. Paused messages don't count. */
export async function dispatchLagSeconds(sql: Pipeline): Promise<number> {
  const [row] = await sql<{ seconds: number }[]>`
    select coalesce(max(extract(epoch from clock_timestamp() - oldest.due_at)), 0)::float8 as seconds
    from campaigns c join tenants t on t.id = c.tenant_id and t.sending_paused_at is null and t.restore_locked_at is null
    cross join lateral (
      select due_at from send_jobs j
      where j.campaign_id = c.id and j.status = 'queued' and j.due_at <= statement_timestamp()
      order by due_at limit 1
    ) oldest
    where c.status = 'running' and ${sql.unsafe(CAMPAIGN_MAY_GO)}`;
  return row?.seconds ?? 0;
}
