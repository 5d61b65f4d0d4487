import { realpathSync } from "node:fs";
import postgres from "postgres";
import { EmbeddedPostgresFault } from "./fault.ts";

export type Address = { port: number; user: string; password: string; database: string };

export function urlOf({ port, user, password, database }: Address): string {
  return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

type Sql = ReturnType<typeof postgres>;

/** Checks that the server uses this data folder and has the database; creates the database on the first start. */
export async function ensureDatabase(address: Address, dataDir: string): Promise<void> {
  await withConnection({ ...address, database: "postgres" }, async (sql) => {
    await requireOurFolder(sql, address, dataDir);
    const [found] = await sql`select 1 from pg_database where datname = ${address.database}`;
    if (!found) await sql.unsafe(`create database "${address.database.replaceAll('"', '""')}"`);
  });
}

async function requireOurFolder(sql: Sql, address: Address, dataDir: string): Promise<void> {
  const [row] = await sql<{ folder: string }[]>`select current_setting('data_directory') as folder`;
  if (row && realpathSync(row.folder) === realpathSync(dataDir)) return;
  throw new EmbeddedPostgresFault(
    "port-in-use",
    `Another PostgreSQL answers on port ${address.port} (its data is in ${row?.folder}). Stop it, or set EMBEDDED_POSTGRES_PORT to a free port.`,
  );
}

async function withConnection(address: Address, work: (sql: Sql) => Promise<void>): Promise<void> {
  const sql = postgres(urlOf(address), { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await work(sql);
  } catch (error) {
    throw wrongPassword(error) ? otherCredentials(address) : error;
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** 28P01 invalid_password, 28000 invalid_authorization_specification. */
function wrongPassword(error: unknown): boolean {
  return ["28P01", "28000"].includes((error as { code?: string }).code ?? "");
}

function otherCredentials({ port, user }: Address): EmbeddedPostgresFault {
  return new EmbeddedPostgresFault(
    "other-credentials",
    `PostgreSQL on port ${port} refuses the user ${user}, because its data was created with another user or password. Set DATA_DIR to another folder, or set DATABASE_URL with the right ones.`,
  );
}
