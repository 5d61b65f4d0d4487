import journal from "../migrations/meta/_journal.json" with { type: "json" };
import type { Pipeline } from "./connection.ts";
import { firstIdSql } from "./time-ordered-ids.ts";

/** The number of migrations in this version of the program. */
export const MIGRATIONS = journal.entries.length;

/** How old a worker's heartbeat may be before the worker counts as gone. */
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

/** Lists workers that were seen recently, the latest first. */
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

/** Reads all tenants' webhooks, because those without a match belong to no tenant. */
export async function readWebhookHealth(sql: Pipeline): Promise<WebhookHealth> {
  const [row] = await sql<WebhookHealth[]>`
    select max(created_at) filter (where signature_valid) as "lastReceivedAt",
      count(*) filter (where outcome = 'forged')::int as "forgedLast24h",
      count(*) filter (where outcome in ('unknown-message', 'unknown-number'))::int as "unknownLast24h"
    from (select created_at, signature_valid, outcome from webhook_events
      where id >= ${sql.unsafe(firstIdSql("statement_timestamp() - interval '24 hours'"))} order by id desc limit 200000) recent`;
  return row!;
}

/** Rejects where the database does not answer. */
export async function pingDatabase(sql: Pipeline): Promise<void> {
  await sql`select 1`;
}

export interface SchemaState {
  /** The number of migrations in the database. */
  applied: number;
}

/** The schema belongs to a newer version of the program. This version could damage data that it does not know. */
export class NewerSchema extends Error {
  override readonly name = "NewerSchema";
}

/** Throws NewerSchema, with a sentence to show, if a newer version migrated the database. */
export function refuseNewerSchema({ applied }: SchemaState): void {
  if (applied <= MIGRATIONS) return;
  throw new NewerSchema(
    `The database is newer than this version of the program (${applied} migrations against ${MIGRATIONS}): start the newer version, or restore a backup from before it.`,
  );
}

/** Throws if the database does not answer. */
export async function readSchemaState(sql: Pipeline): Promise<SchemaState> {
  const [row] = await sql<SchemaState[]>`
    select count(*)::int as applied from drizzle.__drizzle_migrations`;
  return row!;
}
