import { forge } from "./faults/forgeries.ts";
import {
  endLeases,
  forgive,
  killSwitch,
  launch,
  setBudget,
  setCampaign,
  setPaused,
  stopNext,
  suppressNext,
} from "./faults/operators.ts";
import { killNow, noteFreeze, pause, startKeeper } from "./faults/processes.ts";
import { cutConnections, loseTickets, restartPostgres, restartRedis } from "./faults/servers.ts";
import { tenantsOf } from "./phases/phase.ts";
import { PRICE_CENTS } from "./plan/cast.ts";
import { planStorm, type Weather } from "./plan/storm.ts";
import { POINTS } from "./stage/points.ts";
import type { Fate, Program } from "./world/program.ts";
import type { World } from "./world/world.ts";

/** Carrier faults that leave doubt, and some that leave none. Few at once: each lasts for so many messages. */
const REQUEST_FAULTS = [
  { kind: "timeout-after-accept", count: 3 },
  { kind: "timeout-before-accept", count: 3 },
  { kind: "error-after-accept", status: 500, count: 15 },
  { kind: "error-after-accept", status: 503, count: 15 },
  { kind: "error-before-accept", status: 502, count: 15 },
  { kind: "reset-after-accept", count: 15 },
  { kind: "reset-before-accept", count: 15 },
  { kind: "too-many-requests", count: 25 },
  { kind: "latency", delayMs: 400, count: 60 },
];
const CALLBACK_FAULTS = [
  { kind: "callback-loss", probability: 0.5 },
  { kind: "callback-duplicate", copies: 3, probability: 0.5 },
  { kind: "callback-shuffle", windowMs: 3_000, probability: 0.8 },
  { kind: "callback-delay", delayMs: 2_000, probability: 0.5 },
];

/** Everything at once for so many seconds, by the seed's schedule. What a gust began is over when this returns. */
export async function storm(world: World, seconds: number): Promise<void> {
  const gusts = planStorm(world.random, seconds, world.options.mode);
  const keeper = startKeeper(world, (program) => fateOf(world, program));
  const load = keepLoaded(world);
  const underWay = new Set<Promise<unknown>>();
  const from = Date.now();
  for (const { atMs, weather } of gusts) {
    await pause(Math.max(0, from + atMs - Date.now()));
    const gust = GUSTS[weather](world)
      .catch((error: Error) => world.note(`gave up: ${weather} (${error.message})`))
      .finally(() => underWay.delete(gust));
    underWay.add(gust);
  }
  await pause(Math.max(0, from + seconds * 1_000 - Date.now()));
  await load.stop();
  await Promise.all(underWay);
  await keeper.stop();
}

/** Most processes that start will die, or stand still, at a named point of its path. */
function fateOf({ random }: World, program: Program): Fate | null {
  if (!random.chance(0.6)) return null;
  const kind = program.name.startsWith("worker") ? "worker" : "api";
  const { name } = random.pick(POINTS.filter((point) => point.program === kind));
  // A callback is a pass, and there are many in a second; an API that dies at once again would serve nobody.
  const passes = kind === "worker" ? 1 + random.below(8) : 20 + random.below(300);
  return { point: name, passes, act: random.chance(0.85) ? "die" : "freeze" };
}

/** Launches a campaign whenever the backlog has become small. */
function keepLoaded(world: World) {
  const tenants = [...tenantsOf(world, "plain"), ...tenantsOf(world, "edge"), ...tenantsOf(world, "special")];
  let stopped = false;
  const rounds = (async () => {
    while (!stopped) {
      const [row] = await world.operator.run(
        (sql) => sql<{ n: number }[]>`
          select coalesce(sum(jobs), 0)::int as n from campaign_counters where status = 'queued' and reason = ''`,
      );
      if (row!.n < world.options.load * 2) await launch(world, world.random.pick(tenants));
      await pause(200);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await rounds;
    },
  };
}

const somebody = (world: World) => world.random.pick(tenantsOf(world, "plain"));
const running = (world: World, programs: readonly Program[]) =>
  world.random.pick(
    programs.filter((program) => program.running).length > 0
      ? programs.filter((program) => program.running)
      : programs,
  );

async function freezeFor(world: World, program: Program): Promise<void> {
  const from = world.clock.now();
  if (!program.freeze()) return;
  await pause(100 + world.random.below(2_000));
  program.thaw();
  noteFreeze(world, program, from);
}

async function pauseForAMoment(world: World): Promise<void> {
  const tenant = somebody(world);
  if (world.random.chance(0.5)) await setPaused(world, tenant, true);
  else await killSwitch(world, tenant, "pause");
  await pause(200 + world.random.below(1_500));
  if (world.random.chance(0.5)) await killSwitch(world, tenant, "resume");
  await setPaused(world, tenant, false);
}

const recent = (world: World) => world.random.pick(world.campaigns.slice(-8)).id;

const GUSTS: Record<Weather, (world: World) => Promise<unknown>> = {
  "kill-worker": (world) => killNow(world, running(world, world.workers)),
  "kill-api": (world) => killNow(world, running(world, world.apis)),
  "freeze-worker": (world) => freezeFor(world, running(world, world.workers)),
  "freeze-api": (world) => freezeFor(world, running(world, world.apis)),
  "cut-connections": cutConnections,
  "restart-postgres": restartPostgresAlone,
  "lose-tickets": loseTickets,
  "restart-redis": restartRedisAlone,
  "end-leases": endLeases,
  "carrier-fault": async (world) => {
    const fault = world.random.pick(REQUEST_FAULTS);
    world.note(`carrier: ${fault.kind}`);
    await world.carrier.addFaults([{ ...fault, seconds: 10, probability: 0.5 }]);
  },
  "callback-fault": async (world) => {
    const fault = world.random.pick(CALLBACK_FAULTS);
    world.note(`callbacks: ${fault.kind}`);
    await world.carrier.addFaults([{ ...fault, seconds: 4 }]);
  },
  stop: (world) => stopNext(world, somebody(world), 4),
  suppress: async (world) => {
    const tenant = somebody(world);
    await suppressNext(world, tenant, 60);
    await pause(1_500);
    await forgive(world, tenant);
  },
  "pause-tenant": pauseForAMoment,
  "pause-campaign": async (world) => {
    const id = recent(world);
    await setCampaign(world, id, "paused");
    await pause(200 + world.random.below(1_500));
    await setCampaign(world, id, "running");
  },
  "cancel-campaign": (world) => setCampaign(world, recent(world), "canceled"),
  budget: async (world) => {
    const tight = tenantsOf(world, "tight");
    if (tight.length === 0) return;
    const tenant = world.random.pick(tight);
    await launch(world, tenant);
    const messages = world.random.chance(0.3) ? 20 : Math.round(tenant.dailyBudgetCents / PRICE_CENTS) + 15;
    await setBudget(world, tenant, Math.round(PRICE_CENTS * messages + 2));
  },
  forge: async (world) => void world.forgeries.push(...(await forge(world, 10))),
};

/** One at a time: a server that is starting cannot be ended again. */
const busy = new Set<string>();
async function alone(what: string, work: () => Promise<void>): Promise<void> {
  if (busy.has(what)) return;
  busy.add(what);
  await work().finally(() => busy.delete(what));
}
function restartPostgresAlone(world: World): Promise<void> {
  return alone("postgres", () => restartPostgres(world));
}
function restartRedisAlone(world: World): Promise<void> {
  return alone("redis", () => restartRedis(world));
}
