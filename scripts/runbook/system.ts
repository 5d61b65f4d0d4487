import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { startEmbeddedPostgres } from "@smscrm/infra/embedded-postgres/start";
import { startSimulator } from "@smscrm/infra/simulator/start";
import { type DrillPart, startDrillPart } from "../drill/part.ts";
import { runScript } from "../operations/run-script.ts";
import { runtimeProgram } from "../start/runtime.ts";

export type RunbookSystem = Awaited<ReturnType<typeof startRunbookSystem>>;

/** A fresh installation as after a first start: PostgreSQL, Redis, simulator, API and worker, one signed-in owner. */
export async function startRunbookSystem() {
  const folder = await mkdtemp(path.join(tmpdir(), "smscrm-runbook-"));
  const [postgresPort, redisPort, port] = [await freePort(), await freePort(), await freePort()];
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
  const redis = spawn("redis-server", ["--port", String(redisPort), "--bind", "127.0.0.1", "--save", ""], {
    stdio: "ignore",
  });
  const carrier = await startSimulator({ port: simulatorPort });
  const environment: Record<string, string> = {
    DATABASE_URL: postgres.url,
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    PORT: String(port),
    WORKER_PORT: String(workerPort),
    SIMULATOR_PORT: String(simulatorPort),
    DATA_DIR: folder,
    BACKUP_DIR: path.join(folder, "backups"),
    LOG_LEVEL: "info",
  };
  const bun = runtimeProgram("bun");
  for (const file of ["db/migrate.ts", "worker/queue/migrate.ts", "server/seed.ts"]) {
    const { code, output } = await runScript([bun, file], { env: environment });
    if (code !== 0) throw new Error(`${file} failed:\n${output}`);
  }
  const parts = new Map<string, DrillPart>();
  const start = async (name: "api" | "worker") => {
    const [file, url] =
      name === "api"
        ? ["server/main.ts", `http://127.0.0.1:${port}/ready`]
        : ["worker/main.ts", `http://127.0.0.1:${workerPort}/health`];
    // The API is ready once a worker was seen: it only has to be alive here.
    parts.set(name, await startDrillPart(file, url.replace("/ready", "/health"), environment));
  };
  await start("api");
  await start("worker");
  const cookie = await signIn(folder, `http://127.0.0.1:${port}`);
  return {
    folder,
    environment,
    ports: { api: port, worker: workerPort, redis: redisPort },
    cookie,
    logOf: (name: string) => parts.get(name)?.output() ?? "",
    restart: async (name: "api" | "worker") => {
      await parts.get(name)?.kill();
      await start(name);
    },
    close: async () => {
      for (const part of parts.values()) await part.kill();
      await carrier.close();
      await ended(redis);
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
  if (!cookie) throw new Error(`Signing in was answered ${response.status}`);
  return cookie;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
}
