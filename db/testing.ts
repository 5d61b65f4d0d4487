import { createHash, randomBytes } from "node:crypto";
import postgres from "postgres";
import { migrateDatabase, migrationsText } from "./migrations.ts";

/**
 * A database of its own for one test file: a clone of a migrated template, which the first caller makes.
 * `TEST_DATABASE_URL` names a server whose user may create databases; the test runner starts one.
 */
export async function createTestDatabase(
  server: string | undefined = process.env.TEST_DATABASE_URL,
): Promise<{ url: string; drop(): Promise<void> }> {
  if (!server) throw new Error("TEST_DATABASE_URL is not set: run the tests with `pnpm test`");
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  const template = `template_${createHash("sha256").update(migrationsText()).digest("hex").slice(0, 12)}`;
  const name = `test_${randomBytes(6).toString("hex")}`;
  try {
    await admin`select pg_advisory_lock(7364002)`;
    const [found] = await admin`select 1 from pg_database where datname = ${template} and datistemplate`;
    if (!found) await makeTemplate(admin, server, template);
    await admin.unsafe(`create database ${name} template ${template}`);
  } finally {
    await admin.end();
  }
  return { url: withDatabase(server, name), drop: () => drop(server, name) };
}

async function makeTemplate(admin: postgres.Sql, server: string, template: string): Promise<void> {
  await admin.unsafe(`drop database if exists ${template}`);
  await admin.unsafe(`create database ${template}`);
  await migrateDatabase(withDatabase(server, template));
  await admin.unsafe(`alter database ${template} is_template true`);
}

async function drop(server: string, name: string): Promise<void> {
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  await admin.unsafe(`drop database if exists ${name} with (force)`);
  await admin.end();
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
