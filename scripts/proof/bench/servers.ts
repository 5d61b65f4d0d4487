import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrateDatabase } from "@smscrm/db/migrations";
import { makeTestLogins } from "@smscrm/db/testing/test-database";
import { freePort, portHolder } from "@smscrm/infra/embedded-postgres/port";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@smscrm/infra/embedded-postgres/start";
import { migrateQueue } from "@smscrm/worker/dispatch/migrate-queue";
import postgres from "postgres";
import { NO_REDIS, startTestRedis, type TestRedis } from "../test/redis.ts";

/** The servers of a run: a PostgreSQL with the product's own settings, and a Redis. */
export interface BenchServers {
  postgres: EmbeddedPostgres;
  redis: TestRedis & { pid: number };
  versions: { postgres: string; redis: string };
  /** A superuser's connection, for setting up and checking. */
  admin: postgres.Sql;
  /** A database with this version's schema, filled once and copied for each measurement. */
  template(name: string, fill: (sql: postgres.Sql, url: string) => Promise<void>): Promise<void>;
  /** A fresh copy of a template: every measurement starts with the same rows, vacuumed. */
  copyOf(template: string): Promise<{ url: string; drop(): Promise<void> }>;
  stop(): Promise<void>;
}

const OWN = { user: "smscrm", password: "smscrm", database: "smscrm" };

export async function startServers(profile: boolean): Promise<BenchServers> {
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-bench-"));
  const server = await startServer(path.join(folder, "postgres"), profile);
  const redis = await startTestRedis();
  if (!redis) throw new Error(NO_REDIS);
  const admin = postgres(server.url, { max: 2, onnotice: () => {} });
  const [version] = await admin<{ version: string }[]>`select version()`;
  let copies = 0;
  return {
    postgres: server,
    redis: { ...redis, pid: portHolder(Number(new URL(redis.url).port))?.pid ?? 0 },
    versions: { postgres: version!.version.split(" on ")[0]!, redis: redisVersion() },
    admin,
    template: async (name, fill) => {
      await admin.unsafe(`create database ${name}`);
      const url = withDatabase(server.url, name);
      await migrateDatabase(url);
      await makeTestLogins(url);
      await migrateQueue(url);
      const sql = postgres(url, { max: 4, onnotice: () => {} });
      await fill(sql, url);
      await sql.unsafe("vacuum (analyze)");
      await sql.end();
    },
    copyOf: async (template) => {
      const name = `copy_${++copies}`;
      // Copied as files, which ends with a checkpoint, so that no measurement writes the rows of the one before.
      await admin.unsafe(`create database ${name} template ${template} strategy file_copy`);
      if (profile) await admin.unsafe(`alter database ${name} set pg_stat_statements.track = 'all'`);
      return {
        url: withDatabase(server.url, name),
        drop: async () => void (await admin.unsafe(`drop database ${name} with (force)`)),
      };
    },
    stop: async () => {
      await admin.end();
      await redis.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startServer(dataDir: string, profile: boolean): Promise<EmbeddedPostgres> {
  const port = Number(process.env.EMBEDDED_POSTGRES_PORT) || (await freePort());
  const options = { dataDir, port, ...OWN, log: () => {}, whenParentDies: "INT" } as const;
  const server = await startEmbeddedPostgres(options);
  if (!profile) return server;
  const sql = postgres(server.url, { max: 1 });
  await sql.unsafe("alter system set shared_preload_libraries = 'pg_stat_statements'");
  await sql.end();
  await server.stop();
  const again = await startEmbeddedPostgres(options);
  const admin = postgres(again.url, { max: 1, onnotice: () => {} });
  await admin.unsafe("create extension if not exists pg_stat_statements");
  await admin.end();
  return again;
}

function redisVersion(): string {
  const { stdout } = spawnSync("redis-server", ["--version"], { encoding: "utf8" });
  return /v=(\S+)/.exec(stdout ?? "")?.[1] ?? "unknown";
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}
