import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { testLogins } from "@smscrm/db/testing/test-database";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { startEmbeddedPostgres } from "@smscrm/infra/embedded-postgres/start";
import { startSimulator } from "@smscrm/infra/simulator/start";
import { runtimeProgram } from "../../start/runtime.ts";
import { type DrillPart, startDrillPart } from "../drill/part.ts";
import { runScript } from "../operations/run-script.ts";
import { NO_REDIS, startTestRedis } from "../test/redis.ts";

export type RunbookSystem = Awaited<ReturnType<typeof startRunbookSystem>>;

/**
 * Starts a fresh installation as after a first start: PostgreSQL, Redis, simulator, API and worker, one signed-in
 * owner.
 */
export async function startRunbookSystem() {
  const folder = await mkdtemp(path.join(tmpdir(), "smscrm-runbook-"));
  const redis = await startTestRedis();
  if (!redis) throw new Error(NO_REDIS);
  const [postgresPort, port] = [await freePort(), await freePort()];
  const [workerPort, simulatorPort] = [await freePort(), await freePort()];
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(folder, "postgres"),
    port: postgresPort,
    user: "smscrm",
    password: "smscrm",
    database: "smscrm",
    log: () => {},
    whenParentDies: "INT",
  });
  const carrier = await startSimulator({ port: simulatorPort });
  const environment: Record<string, string> = {
    DATABASE_URL: postgres.url,
    ...testLogins(postgres.url),
    REDIS_URL: redis.url,
    PORT: String(port),
    WORKER_PORT: String(workerPort),
    SIMULATOR_PORT: String(simulatorPort),
    DATA_DIR: folder,
    BACKUP_DIR: path.join(folder, "backups"),
    LOG_LEVEL: "info",
  };
  const bun = runtimeProgram("bun");
  for (const file of ["db/migrate.ts", "worker/dispatch/migrate-queue.ts", "server/seed.ts"]) {
    const { code, output } = await runScript([bun, file], { env: environment });
    if (code !== 0) throw new Error(`${file} failed:\n${output}`);
  }
  const parts = new Map<string, DrillPart>();
  const start = async (name: "api" | "worker") => {
    const [file, url] =
      name === "api"
        ? ["server/main.ts", `http://127.0.0.1:${port}/ready`]
        : ["worker/main.ts", `http://127.0.0.1:${workerPort}/health`];
    // The API is ready only once a worker was seen, so here it must only be alive.
    parts.set(name, await startDrillPart(file, url.replace("/ready", "/health"), environment));
  };
  await start("api");
  await start("worker");
  return {
    folder,
    environment,
    ports: { api: port, worker: workerPort, redis: redis.port },
    /** Returns the value of a new session's cookie. */
    signIn: () => signIn(folder, `http://127.0.0.1:${port}`),
    logOf: (name: string) => parts.get(name)?.output() ?? "",
    restart: async (name: "api" | "worker") => {
      await parts.get(name)?.kill();
      await start(name);
    },
    close: async () => {
      for (const part of parts.values()) await part.kill();
      await carrier.close();
      await redis.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function signIn(folder: string, url: string): Promise<string> {
  const account = JSON.parse(await readFile(path.join(folder, "demo-sign-in.json"), "utf8"));
  const response = await fetch(`${url}/trpc/auth.signIn`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: account.email, password: account.password }),
    signal: AbortSignal.timeout(20_000),
  });
  const cookie = /session_id=([^;]+)/.exec(response.headers.get("set-cookie") ?? "")?.[1];
  if (!cookie) throw new Error(`Signing in returned ${response.status}`);
  return cookie;
}
