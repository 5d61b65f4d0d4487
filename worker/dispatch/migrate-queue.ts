import { ownerSettings, ownerUrl, parseEnvironment, queueBackend } from "@smscrm/core/process/environment";
import { runMigrations } from "bullmq";
import pg from "pg";
import { z } from "zod";
import { QUEUE_NAME } from "./tickets.ts";

/**
 * Creates BullMQ's tables for the mode without Redis: the schema `bullmq` in the same database, for the worker to
 * use.
 */
export async function migrateQueue(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 });
  const client = await pool.connect();
  try {
    // With the API's or the worker's login there is nothing to do: the tables' owner has created them.
    const { rows } = await client.query<{ owned: boolean }>(
      `select coalesce((select pg_has_role(session_user, nspowner, 'member') from pg_namespace
        where nspname = 'bullmq'), true) as owned`,
    );
    if (!rows[0]!.owned) return;
    await runMigrations(client);
    await openToWorkers(client);
  } finally {
    client.release();
    await pool.end();
  }
}

/**
 * Creates the sequence that BullMQ would create with the first ticket, because the worker's login may not. A database
 * without our roles has only the queue, and its owner runs the worker.
 */
async function openToWorkers(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>("select bullmq.job_id_seq_name($1) as name", [
    QUEUE_NAME,
  ]);
  await client.query(`create sequence if not exists bullmq.${pg.escapeIdentifier(rows[0]!.name)}`);
  const roles = await client.query("select 1 from pg_roles where rolname = 'smscrm_pipeline'");
  if (roles.rowCount === 0) return;
  await client.query(`
    grant usage on schema bullmq to smscrm_pipeline;
    grant select, insert, update, delete on all tables in schema bullmq to smscrm_pipeline;
    grant usage, select on all sequences in schema bullmq to smscrm_pipeline`);
}

if (import.meta.main) {
  const environment = parseEnvironment(z.object(ownerSettings), process.env);
  if (!environment.ok) {
    console.error(environment.faults.join("\n"));
    process.exit(1);
  }
  try {
    await migrateQueue(ownerUrl(environment.value));
    console.log("The queue has this version's tables.");
  } catch (error) {
    // The API's login may not create tables. With Redis none are needed.
    if ((error as { code?: string }).code !== "42501" || queueBackend(process.env) === "postgres")
      throw error;
    console.log("The queue is on Redis and needs no tables.");
  }
}
