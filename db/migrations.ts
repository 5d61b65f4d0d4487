import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { apiPipelineUrl } from "./logins/logins.ts";
import { LOCK_KEYS } from "./postgres/lock-keys.ts";
import { MIGRATIONS, readSchemaState, refuseNewerSchema } from "./postgres/system.ts";

const FOLDER = fileURLToPath(new URL("./migrations", import.meta.url));

/** Returns the text of all migrations: it changes whenever the schema does. */
export function migrationsText(): string {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".sql"));
  return files
    .sort()
    .map((name) => readFileSync(`${FOLDER}/${name}`, "utf8"))
    .join("\n");
}

/** Only the owner of the tables can migrate them. The message says who should. */
export class NotTheOwner extends Error {
  override readonly name = "NotTheOwner";
}

/**
 * Whether this address may migrate. The API's or the worker's login may not: it returns false if the database already
 * has this version's schema, so that `pnpm migrate` in their containers succeeds, and else throws NotTheOwner.
 */
export async function mayMigrate(url: string): Promise<boolean> {
  const sql = postgres(apiPipelineUrl(url), { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    const [journal] = await sql<{ owned: boolean; login: string }[]>`
      select coalesce((select pg_has_role(session_user, relowner, 'member') from pg_class
        where oid = to_regclass('drizzle.__drizzle_migrations')), true) as owned, session_user as login`;
    if (journal!.owned) return true;
    const state = await readSchemaState(sql);
    refuseNewerSchema(state);
    if (state.applied === MIGRATIONS) return false;
    throw new NotTheOwner(
      `The database lacks ${MIGRATIONS - state.applied} of this version's migrations, and ${journal!.login} does not own its tables. Run pnpm migrate with the owner's address as DATABASE_OWNER_URL or DATABASE_URL (in containers: docker compose run --rm migrate).`,
    );
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * Migrates the database to this version's schema. Several processes may start at once: one migrates, the others wait.
 * Throws NewerSchema if a newer version has migrated it, or PostgreSQL's own error.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    await sql`set lock_timeout = '60s'`;
    await sql`select pg_advisory_lock(${LOCK_KEYS.migrations})`;
    const [journal] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
    if (journal!.there) refuseNewerSchema(await readSchemaState(sql));
    await migrate(drizzle(sql), { migrationsFolder: FOLDER });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
