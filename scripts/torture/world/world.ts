import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "@smscrm/core/environment";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { type Random, seededRandom } from "../../sample/random.ts";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";
import { startTestRedis, type TestRedis } from "../../test/redis.ts";
import type { Forgery } from "../faults/forgeries.ts";
import type { Options } from "../options.ts";
import { type CastSize, type CastTenant, castOf } from "../plan/cast.ts";
import type { Restored } from "../restore.ts";
import type { Patch } from "../stage/patch.ts";
import { POINTS } from "../stage/points.ts";
import { makeStage } from "../stage/stage.ts";
import { Carrier } from "./carrier.ts";
import { machineClock, movedClock, type WorldClock } from "./clock.ts";
import { fill } from "./fill.ts";
import { type Front, startFront } from "./front.ts";
import { observe } from "./observation.ts";
import { Operator } from "./operator.ts";
import { newDatabase, startPostgres, type TorturedPostgres } from "./postgres.ts";
import { type Fate, type Launch, Program } from "./program.ts";
import { runOnce } from "./run-once.ts";

/** One thing that was done to the product, for the trace of a message. */
export interface Deed {
  at: number;
  what: string;
}

/** A text from a handset, and how the webhook was answered. */
export interface Typed {
  tenant: CastTenant;
  from: string;
  body: string;
  sid: string;
  http: number;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

export interface WorldPlan {
  options: Options;
  size: CastSize;
  /** Deliberate faults in the product's source. */
  mutations: readonly Patch[];
  /** A server to share; without it the world has one of its own, which may be ended. */
  server?: TorturedPostgres | undefined;
}

/** Everything that a tortured product consists of, started: servers, processes, tenants and people. */
export async function openWorld(plan: WorldPlan) {
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
  { options, size, mutations, server }: WorldPlan,
  clock: WorldClock,
  folder: string,
  closers: (() => Promise<unknown> | unknown)[],
) {
  const random: Random = seededRandom(options.seed);
  const postgres = server ?? (await startPostgres(path.join(folder, "postgres"), clock));
  if (!server) closers.push(() => postgres.stop());
  const databaseUrl = await newDatabase(postgres);
  const redis = options.mode === "redis" ? await openRedis() : null;
  if (redis) closers.push(() => redis.stop());

  const stage = makeStage(path.join(folder, "stage"), [...mutations, ...POINTS.map(({ patch }) => patch)]);
  // Without mutations most processes are the product as it is; the copy is for those that die at a named point.
  const product = mutations.length > 0 ? stage.folder : projectFolder;
  const bun = runtimeProgram("bun");
  const shared = { PATH: process.env.PATH ?? "", NODE_ENV: "test", DATABASE_URL: databaseUrl, ...clock.env };
  await runOnce([bun, "db/migrate.ts"], product, shared);
  await runOnce([bun, "worker/queue/migrate.ts"], product, shared);

  const operator = new Operator(databaseUrl);
  closers.push(() => operator.close());
  const tenants = castOf(size, clock.now(), options.seconds);
  await operator.run(observe);
  await operator.run((sql) => fill(sql, tenants));

  const apiPorts = await Promise.all(Array.from({ length: options.apis }, () => freePort()));
  const front: Front = await startFront(await freePort(), apiPorts);
  closers.push(() => front.close());
  const publicUrl = `http://127.0.0.1:${front.port}`;
  const simulatorPort = await freePort();
  const simulator = new Program("simulator", `http://127.0.0.1:${simulatorPort}/simulator/health`, () => ({
    words: [bun, "infra/simulator/main.ts"],
    folder: projectFolder,
    env: simulatorEnvironment(shared, simulatorPort, publicUrl, options.seed),
  }));

  const dataDir = path.join(folder, "data");
  mkdirSync(dataDir);
  const environment = {
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
    (fate: Fate | null): Launch => ({
      words: [bun, "--preload", path.join(import.meta.dirname, "../stage/comes-to.ts"), main],
      folder: fate ? stage.folder : product,
      env: {
        ...environment,
        ...env,
        ...(fate && { TORTURE_FATE: `${fate.point}:${fate.passes}:${fate.act}` }),
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

  const deeds: Deed[] = [];
  const typed: Typed[] = [];
  const world = {
    options,
    random,
    clock,
    folder,
    /** What the product's processes know, for its scripts. */
    environment: environment as Record<string, string>,
    postgres,
    redis,
    operator,
    tenants,
    publicUrl,
    simulator,
    carrier: new Carrier(simulatorPort),
    workers,
    apis,
    deeds,
    typed,
    /** Campaigns that were launched, with the audience that each must get. */
    campaigns: [] as { id: string; tenant: CastTenant; audience: number }[],
    /** Answers to requests that nobody signed. */
    forgeries: [] as Forgery[],
    /** Attempts to reach into another tenant: what was tried, and what came of it where it worked. */
    trespasses: [] as { what: string; succeeded: string | null }[],
    /** What was tried, by name. */
    tally: new Map<string, number>(),
    /** What became of it after it went back to a backup; null: it did not. */
    restored: null as Restored | null,
    /** Times in which some process stood still. */
    freezes: [] as { from: number; until: number }[],
    note(what: string) {
      deeds.push({ at: clock.now(), what });
      const [kind] = what.split(":");
      world.tally.set(kind!, (world.tally.get(kind!) ?? 0) + 1);
    },
  };
  await untilHealthy([simulator, ...apis, ...workers]);
  return world;
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
    SIMULATOR_INBOUND_URL: `${publicUrl}/webhooks/twilio/inbound#rc=5&rp=all`,
    SIMULATOR_SEGMENTS_PER_SECOND: "1000000",
    SIMULATOR_SEED: String(seed),
  };
}

/** A Redis that can be killed and comes back at the same address, with nothing in it. */
async function openRedis() {
  let server: TestRedis = await started();
  const world = {
    url: server.url,
    kills: 0,
    stop: () => server.stop(),
    async restart() {
      await server.kill();
      world.kills += 1;
      server = await started(server.port);
    },
  };
  return world;
}

async function started(port?: number): Promise<TestRedis> {
  for (let tries = 0; tries < 20; tries += 1) {
    const redis = await startTestRedis(port);
    if (redis) return redis;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("No Redis could be started: install redis-server (apt-get install redis-server).");
}
