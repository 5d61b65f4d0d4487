import { databaseSettings, parseEnvironment } from "@smscrm/core/environment";
import { runMigrations } from "bullmq";
import pg from "pg";
import { z } from "zod";

/** BullMQ's own tables for the mode without Redis: its schema `bullmq` in the same database. */
export async function migrateQueue(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 });
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
    await pool.end();
  }
}

if (import.meta.main) {
  const environment = parseEnvironment(z.object(databaseSettings), process.env);
  if (!environment.ok) {
    console.error(environment.faults.join("\n"));
    process.exit(1);
  }
  await migrateQueue(environment.value.DATABASE_URL);
  console.log("The queue has this version's tables.");
}
