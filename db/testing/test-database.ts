import { createHash, randomBytes } from "node:crypto";
import postgres from "postgres";
import { setLogins } from "../logins/logins.ts";
import { migrateDatabase, migrationsText } from "../migrations.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";

export interface TestDatabase {
  /** The owner's address, a superuser: to create and read rows. */
  url: string;
  /** The logins of the API and the worker, with the same rights as in production. */
  logins: TestLogins;
  drop(): Promise<void>;
}

/** By their environment variables. */
export interface TestLogins {
  DATABASE_API_URL: string;
  DATABASE_WORKER_URL: string;
}

/** Creates the API's and the worker's logins on a migrated test database. */
export async function makeTestLogins(url: string): Promise<TestLogins> {
  const logins = testLogins(url);
  await setLogins(url, { api: logins.DATABASE_API_URL, worker: logins.DATABASE_WORKER_URL });
  return logins;
}

/** Logins belong to the server and all test processes share them, so their passwords are derived from its address. */
export function testLogins(url: string): TestLogins {
  const { host } = new URL(url);
  const login = (name: string) => {
    const address = new URL(url);
    address.username = name;
    address.password = createHash("sha256").update(`${name}@${host}`).digest("hex").slice(0, 32);
    return address.href;
  };
  return { DATABASE_API_URL: login("smscrm_api"), DATABASE_WORKER_URL: login("smscrm_worker") };
}

/**
 * Creates a database for one test file: a clone of a migrated template, which the first caller creates.
 * `TEST_DATABASE_URL` names a server whose user may create databases; the test runner starts one.
 */
export async function createTestDatabase(
  server: string | undefined = process.env.TEST_DATABASE_URL,
): Promise<TestDatabase> {
  if (!server) throw new Error("TEST_DATABASE_URL is not set: run the tests with `pnpm test`");
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  const template = `template_${createHash("sha256").update(migrationsText()).digest("hex").slice(0, 12)}`;
  const name = `test_${randomBytes(6).toString("hex")}`;
  try {
    await admin`select pg_advisory_lock(${LOCK_KEYS.testTemplate})`;
    const [found] = await admin`select 1 from pg_database where datname = ${template} and datistemplate`;
    if (!found) await makeTemplate(admin, server, template);
    await admin.unsafe(`create database ${name} template ${template}`);
    const url = withDatabase(server, name);
    return { url, logins: await makeTestLogins(url), drop: () => drop(server, name) };
  } finally {
    await admin.end();
  }
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
