import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));

/** Creates an empty database with the schema after the migration `last`, to test later migrations. */
export async function createOldDatabase(last: string): Promise<{ url: string; drop(): Promise<void> }> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error("TEST_DATABASE_URL is not set: run the tests with `pnpm test`");
  const name = `test_old_${randomBytes(6).toString("hex")}`;
  const onServer = async (statement: string) => {
    const admin = postgres(server, { max: 1, onnotice: () => {} });
    await admin.unsafe(statement).finally(() => admin.end());
  };
  await onServer(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  await migrateTo(last, url.href);
  return { url: url.href, drop: () => onServer(`drop database if exists ${name} with (force)`) };
}

async function migrateTo(last: string, url: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-migrations-"));
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    cpSync(MIGRATIONS, folder, { recursive: true });
    const file = path.join(folder, "meta/_journal.json");
    const journal = JSON.parse(readFileSync(file, "utf8")) as { entries: { tag: string }[] };
    const at = journal.entries.findIndex(({ tag }) => tag === last);
    if (at < 0) throw new Error(`there is no migration ${last}`);
    writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, at + 1) }));
    await migrate(drizzle(sql), { migrationsFolder: folder });
  } finally {
    await sql.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
