import type { Pipeline } from "./connection.ts";
import journal from "./migrations/meta/_journal.json" with { type: "json" };

/** How many migrations this version of the program brings. */
export const MIGRATIONS = journal.entries.length;

/** How old a worker's last sign of life may be before it counts as gone. */
export const WORKER_SILENT_SECONDS = 30;

export interface WorkerSeen {
  workerId: string;
  seenAt: Date;
  startedAt: Date;
  carrier: string;
  queueMode: string;
  queueWaiting: number;
  queueActive: number;
}

/** Workers that were seen lately, the latest first. */
export async function listWorkers(sql: Pipeline): Promise<WorkerSeen[]> {
  return sql<WorkerSeen[]>`
    select worker_id as "workerId", seen_at as "seenAt", started_at as "startedAt", carrier,
      queue_mode as "queueMode", queue_waiting as "queueWaiting", queue_active as "queueActive"
    from worker_heartbeats
    where seen_at > clock_timestamp() - make_interval(secs => ${WORKER_SILENT_SECONDS})
    order by seen_at desc limit 100`;
}

export interface WebhookHealth {
  lastReceivedAt: Date | null;
  forgedLast24h: number;
  unknownLast24h: number;
}

/** Over all tenants: what nobody can be matched to belongs to none. */
export async function readWebhookHealth(sql: Pipeline): Promise<WebhookHealth> {
  const [row] = await sql<WebhookHealth[]>`
    select max(created_at) filter (where signature_valid) as "lastReceivedAt",
      count(*) filter (where outcome = 'forged')::int as "forgedLast24h",
      count(*) filter (where outcome in ('unknown-message', 'unknown-number'))::int as "unknownLast24h"
    from (select created_at, signature_valid, outcome from webhook_events
      where id >= ${firstIdOf24Hours()}::uuid order by id desc limit 200000) recent`;
  return row!;
}

/** The smallest UUIDv7 of the last 24 hours: the table has no index on its time. */
function firstIdOf24Hours(): string {
  const hex = (Date.now() - 86_400_000).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** Rejects where the database does not answer. */
export async function answersAtAll(sql: Pipeline): Promise<void> {
  await sql`select 1`;
}

export interface SchemaState {
  /** Migrations in the database. */
  applied: number;
}

/** The schema belongs to a newer version of the program than this one, which could break what it does not know. */
export class NewerSchema extends Error {
  override readonly name = "NewerSchema";
}

/** Throws NewerSchema, with the sentence to show, where the database was migrated by a newer version. */
export function refuseNewerSchema({ applied }: SchemaState): void {
  if (applied <= MIGRATIONS) return;
  throw new NewerSchema(
    `The database is newer than this version of the program (${applied} migrations against ${MIGRATIONS}): start the newer version, or restore a backup from before it.`,
  );
}

/** Throws where the database does not answer. */
export async function readSchemaState(sql: Pipeline): Promise<SchemaState> {
  const [row] = await sql<SchemaState[]>`
    select count(*)::int as applied from drizzle.__drizzle_migrations`;
  return row!;
}
