import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "@smscrm/core/process/environment";
import { testLogins } from "@smscrm/db/testing/test-database";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { type Random, seededRandom } from "../../../sample/random.ts";
import { projectFolder, runtimeProgram } from "../../../start/runtime.ts";
import { NO_REDIS, startTestRedis, type TestRedis } from "../../test/redis.ts";
import { FAILPOINTS } from "../failpoints/failpoints.ts";
import type { Patch } from "../failpoints/patch.ts";
import { copySource } from "../failpoints/source-copy.ts";
import type { Options } from "../options.ts";
import type { Conversation } from "../plan/conversations.ts";
import { makeTenants, type TenantSizes, type TestTenant } from "../plan/tenants.ts";
import { Carrier } from "./carrier.ts";
import { machineClock, movedClock, type SharedClock } from "./clock.ts";
import { fill } from "./fill.ts";
import { observe } from "./observation.ts";
import { Operator } from "./operator.ts";
import { newDatabase, startPostgres, type TorturedPostgres } from "./postgres.ts";
import { type Fault, type Launch, Program } from "./program.ts";
import { type ApiProxy, startProxy } from "./proxy.ts";
import type { Forgery, RecordedAction, Restored, SentText } from "./records.ts";
import { runOnce } from "./run-once.ts";

export type Environment = Awaited<ReturnType<typeof openEnvironment>>;

export interface EnvironmentPlan {
  options: Options;
  size: TenantSizes;
  /** Deliberate faults in the product's source. */
  mutations: readonly Patch[];
  /** A server to share. Without it the run starts its own, which may be stopped. */
  server?: TorturedPostgres | undefined;
}

/** Starts everything that a tortured product consists of: servers, processes, tenants and contacts. */
export async function openEnvironment(plan: EnvironmentPlan) {
  const { options } = plan;
  const clock = options.clock ? movedClock(options.clock) : machineClock;
  if (!clock) throw new Error("--clock needs libfaketime: apt-get install libfaketime");
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-torture-"));
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const close = async () => {
    for (const each of closers.reverse()) await each();
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const opened = await open(plan, clock, folder, closers);
    return { ...opened, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  { options, size, mutations, server }: EnvironmentPlan,
  clock: SharedClock,
  folder: string,
  closers: (() => Promise<unknown> | unknown)[],
) {
  const random: Random = seededRandom(options.seed);
  const postgres = server ?? (await startPostgres(path.join(folder, "postgres"), clock));
  if (!server) closers.push(() => postgres.stop());
  const databaseUrl = await newDatabase(postgres);
  const redis = options.mode === "redis" ? await openRedis() : null;
  if (redis) closers.push(() => redis.stop());

  const sourceCopy = copySource(path.join(folder, "sourceCopy"), [
    ...mutations,
    ...FAILPOINTS.map(({ patch }) => patch),
  ]);
  // Without mutations most processes run the real source; the copy is for those that die at a named point.
  const product = mutations.length > 0 ? sourceCopy.folder : projectFolder;
  const bun = runtimeProgram("bun");
  const shared = {
    PATH: process.env.PATH ?? "",
    NODE_ENV: "test",
    DATABASE_URL: databaseUrl,
    ...testLogins(databaseUrl),
    ...clock.env,
  };
  await runOnce([bun, "db/migrate.ts"], product, shared);
  await runOnce([bun, "worker/dispatch/migrate-queue.ts"], product, shared);

  const operator = new Operator(databaseUrl);
  closers.push(() => operator.close());
  const tenants = makeTenants(size, clock.now(), options.seconds);
  await operator.run(observe);
  await operator.run((sql) => fill(sql, tenants));

  const apiPorts = await Promise.all(Array.from({ length: options.apis }, () => freePort()));
  const proxy: ApiProxy = await startProxy(await freePort(), apiPorts);
  closers.push(() => proxy.close());
  const publicUrl = `http://127.0.0.1:${proxy.port}`;
  const simulatorPort = await freePort();
  const simulator = new Program("simulator", `http://127.0.0.1:${simulatorPort}/simulator/health`, () => ({
    words: [bun, "infra/simulator/main.ts"],
    folder: projectFolder,
    env: simulatorEnvironment(shared, simulatorPort, publicUrl, options.seed),
  }));

  const dataDir = path.join(folder, "data");
  mkdirSync(dataDir);
  const processEnv = {
    ...shared,
    SIMULATOR_PORT: String(simulatorPort),
    PUBLIC_URL: publicUrl,
    DATA_DIR: dataDir,
    BACKUP_DIR: path.join(folder, "backups"),
    LOG_LEVEL: "warn",
    ...(redis ? { REDIS_URL: redis.url } : {}),
  };
  const launch =
    (main: string, env: Record<string, string>) =>
    (fault: Fault | null): Launch => ({
      words: [bun, "--preload", path.join(import.meta.dirname, "../failpoints/failpoint.ts"), main],
      folder: fault ? sourceCopy.folder : product,
      env: {
        ...processEnv,
        ...env,
        ...(fault && { TORTURE_FAULT: `${fault.point}:${fault.passes}:${fault.act}` }),
      },
    });
  const workers = await Promise.all(
    Array.from({ length: options.workers }, async (_, at) => {
      const port = String(await freePort());
      const healthUrl = `http://127.0.0.1:${port}/health`;
      return new Program(`worker ${at}`, healthUrl, launch("worker/main.ts", { WORKER_PORT: port }));
    }),
  );
  const apis = apiPorts.map((port, at) => {
    const healthUrl = `http://127.0.0.1:${port}/health`;
    return new Program(`api ${at}`, healthUrl, launch("server/main.ts", { PORT: String(port) }));
  });
  closers.push(() => Promise.all([simulator, ...workers, ...apis].map((each) => each.kill())));
  for (const each of [simulator, ...apis, ...workers]) each.start();

  const actions: RecordedAction[] = [];
  const typed: SentText[] = [];
  const environment = {
    options,
    random,
    clock,
    folder,
    /** The environment of the product's processes, for its scripts. */
    processEnv: processEnv as Record<string, string>,
    postgres,
    redis,
    operator,
    tenants,
    publicUrl,
    simulator,
    carrier: new Carrier(simulatorPort),
    workers,
    apis,
    actions,
    typed,
    /** Launched campaigns, with the audience that each must get. */
    campaigns: [] as { id: string; tenant: TestTenant; audience: number }[],
    /** Answers to forged requests. */
    forgeries: [] as Forgery[],
    /** Attempts to reach another tenant's rows: what was tried, and the result if it worked. */
    trespasses: [] as { what: string; succeeded: string | null }[],
    /** What was tried, by name. */
    tally: new Map<string, number>(),
    /** The result of the restore; null: there was none. */
    restored: null as Restored | null,
    /** How long a pause took while a neighbour kept the database busy. */
    pauses: [] as { tenant: TestTenant; answeredMs: number; status: number }[],
    /** Conversations, one for each person who wrote. */
    conversations: [] as { tenant: TestTenant; phone: string; conversation: Conversation }[],
    /** Uploaded files, by tenant's name. */
    files: new Map<string, number>(),
    /** Time spans in which a process was frozen. */
    freezes: [] as { from: number; until: number }[],
    note(what: string) {
      actions.push({ at: clock.now(), what });
      const [kind] = what.split(":");
      environment.tally.set(kind!, (environment.tally.get(kind!) ?? 0) + 1);
    },
  };
  await untilHealthy([simulator, ...apis, ...workers]);
  return environment;
}

async function untilHealthy(programs: readonly Program[]): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (const program of programs) {
    while (!(await program.healthy())) {
      if (!program.running || Date.now() > deadline)
        throw new Error(`${program.name} does not start:\n${program.lines.slice(-20).join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function simulatorEnvironment(
  shared: Record<string, string>,
  port: number,
  publicUrl: string,
  seed: number,
): Record<string, string> {
  return {
    ...shared,
    SIMULATOR_PORT: String(port),
    TWILIO_ACCOUNT_SID: SIMULATOR_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: SIMULATOR_AUTH_TOKEN,
    SIMULATOR_INBOUND_URL: `${publicUrl}/webhooks/twilio/inbound#rc=5&rp=all&rt=4000`,
    SIMULATOR_SEGMENTS_PER_SECOND: "1000000",
    SIMULATOR_SEED: String(seed),
  };
}

/** Starts a Redis that can be killed and comes back at the same address, empty. */
async function openRedis() {
  let server: TestRedis = await started();
  const environment = {
    url: server.url,
    kills: 0,
    stop: () => server.stop(),
    async restart() {
      await server.kill();
      environment.kills += 1;
      server = await started(server.port);
    },
  };
  return environment;
}

async function started(port?: number): Promise<TestRedis> {
  for (let tries = 0; tries < 20; tries += 1) {
    const redis = await startTestRedis(port);
    if (redis) return redis;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(NO_REDIS);
}
