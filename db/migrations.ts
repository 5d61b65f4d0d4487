import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { readSchemaState, refuseNewerSchema } from "./system.ts";

const FOLDER = fileURLToPath(new URL("./migrations", import.meta.url));
/** Any number that nobody else in the database uses: the key of the lock under which migrations run. */
const LOCK_KEY = 7_364_001;

/** All migrations' text: changes whenever the schema does. */
export function migrationsText(): string {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".sql"));
  return files
    .sort()
    .map((name) => readFileSync(`${FOLDER}/${name}`, "utf8"))
    .join("\n");
}

/**
 * Brings the database to this version's schema. Several processes may start at once: one migrates, the others wait.
 * Fails with NewerSchema where a newer version has migrated it, and with PostgreSQL's own error when it can't.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    await sql`set lock_timeout = '60s'`;
    await sql`select pg_advisory_lock(${LOCK_KEY})`;
    const [journal] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
    if (journal!.there) refuseNewerSchema(await readSchemaState(sql));
    await migrate(drizzle(sql), { migrationsFolder: FOLDER });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
