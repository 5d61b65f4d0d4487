import { randomBytes } from "node:crypto";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { identityOf, signal, waitUntilGone } from "@smscrm/infra/embedded-postgres/process-identity";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@smscrm/infra/embedded-postgres/start";
import postgres from "postgres";
import type { SharedClock } from "./clock.ts";

/** This run's real PostgreSQL, which can be stopped without a shutdown. */
export interface TorturedPostgres {
  url: string;
  kills: number;
  /** `pg_ctl stop -m immediate`: no checkpoint, every connection cut; started again after this long, with recovery. */
  restartImmediately(awayMs?: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgres(dataDir: string, clock: SharedClock): Promise<TorturedPostgres> {
  const port = await freePort();
  const start = () =>
    withEnvironment(clock.env, () =>
      startEmbeddedPostgres({
        dataDir,
        port,
        user: "smscrm",
        password: "smscrm",
        database: "smscrm",
        log: () => {},
        whenParentDies: "INT",
      }),
    );
  let server = await start();
  await keepCommitTimes(server.url);
  await server.stop();
  server = await start();
  const tortured: TorturedPostgres = {
    url: server.url,
    kills: 0,
    async restartImmediately(awayMs = 0) {
      const postmaster = identityOf(server.pid);
      signal(postmaster, "SIGQUIT");
      await waitUntilGone(postmaster, 20_000);
      await server.stop();
      tortured.kills += 1;
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      server = await start();
    },
    stop: () => server.stop(),
  };
  return tortured;
}

/** Creates an empty database on the server, so that several runs can share it in turn. */
export async function newDatabase(server: TorturedPostgres): Promise<string> {
  const name = `torture_${randomBytes(6).toString("hex")}`;
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  await sql.unsafe(`create database ${name}`);
  await sql.end({ timeout: 5 });
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** Makes the server record when each transaction committed, for comparison with the carrier's times. */
async function keepCommitTimes(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql`alter system set track_commit_timestamp = on`;
  await sql.end({ timeout: 5 });
}

/** Sets our own environment, which the embedded server inherits. No other process is started at the same time. */
async function withEnvironment(
  env: Record<string, string>,
  start: () => Promise<EmbeddedPostgres>,
): Promise<EmbeddedPostgres> {
  Object.assign(process.env, env);
  try {
    return await start();
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
}
