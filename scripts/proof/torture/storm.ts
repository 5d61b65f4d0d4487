import type { Environment } from "./environment/environment.ts";
import type { Fault, Program } from "./environment/program.ts";
import { FAILPOINTS } from "./failpoints/failpoints.ts";
import { runConversation } from "./faults/conversations.ts";
import { importNextFile } from "./faults/files.ts";
import { forge } from "./faults/forgeries.ts";
import {
  endLeases,
  killSwitch,
  launch,
  setBudget,
  setCampaign,
  setPaused,
  stopNext,
  suppressNext,
  unsuppress,
} from "./faults/operators.ts";
import { killNow, noteFreeze, pause, startSupervisor } from "./faults/processes.ts";
import { cutConnections, loseTickets, restartPostgres, restartRedis } from "./faults/servers.ts";
import { tenantsOf } from "./phases/phase.ts";
import { CONVERSATIONS } from "./plan/conversations.ts";
import { type EventKind, planStorm } from "./plan/storm.ts";
import { PRICE_CENTS } from "./plan/tenants.ts";
import { planTiming } from "./plan/timing.ts";

/** Carrier faults with a doubtful outcome, and some with a clear one. Few at a time: each affects several messages. */
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

/** Runs all kinds of faults for this many seconds, by the seed's schedule. All of them have ended when it returns. */
export async function storm(environment: Environment, seconds: number): Promise<void> {
  const events = planStorm(environment.random, seconds, environment.options.mode);
  const supervisor = startSupervisor(environment, (program) => faultFor(environment, program));
  const load = keepLoaded(environment);
  const underWay = new Set<Promise<unknown>>();
  const from = Date.now();
  for (const { atMs, kind } of events) {
    await pause(Math.max(0, from + atMs - Date.now()));
    const work = EVENTS[kind](environment)
      .catch((error: Error) => environment.note(`gave up: ${kind} (${error.message})`))
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }
  await pause(Math.max(0, from + seconds * 1_000 - Date.now()));
  await load.stop();
  await Promise.all(underWay);
  await supervisor.stop();
}

/** Chooses a fault for most processes that start: to die or freeze at a named point of their path. */
function faultFor({ random }: Environment, program: Program): Fault | null {
  if (!random.chance(0.6)) return null;
  const kind = program.name.startsWith("worker") ? "worker" : "api";
  const { name } = random.pick(FAILPOINTS.filter((point) => point.program === kind));
  // An API passes a callback's point many times a second; one that dies at once again would answer nothing.
  const passes = kind === "worker" ? 1 + random.below(8) : 20 + random.below(300);
  return { point: name, passes, act: random.chance(0.85) ? "die" : "freeze" };
}

/** Launches a campaign whenever the backlog is small. */
function keepLoaded(environment: Environment) {
  const tenants = [
    ...tenantsOf(environment, "plain"),
    ...tenantsOf(environment, "edge"),
    ...tenantsOf(environment, "special"),
  ];
  let stopped = false;
  const rounds = (async () => {
    while (!stopped) {
      const [row] = await environment.operator.run(
        (sql) => sql<{ n: number }[]>`
          select coalesce(sum(jobs), 0)::int as n from campaign_counters where status = 'queued' and reason = ''`,
      );
      if (row!.n < environment.options.load * 2) {
        const tenant = environment.random.pick(tenants);
        const timing = planTiming(environment.random, tenant, environment.clock.now());
        await launch(environment, tenant, timing);
      }
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

const randomTenant = (environment: Environment) => environment.random.pick(tenantsOf(environment, "plain"));
const running = (environment: Environment, programs: readonly Program[]) =>
  environment.random.pick(
    programs.filter((program) => program.running).length > 0
      ? programs.filter((program) => program.running)
      : programs,
  );

async function freezeFor(environment: Environment, program: Program): Promise<void> {
  const from = environment.clock.now();
  if (!program.freeze()) return;
  await pause(100 + environment.random.below(2_000));
  program.thaw();
  noteFreeze(environment, program, from);
}

async function pauseForAMoment(environment: Environment): Promise<void> {
  const tenant = randomTenant(environment);
  if (environment.random.chance(0.5)) await setPaused(environment, tenant, true);
  else await killSwitch(environment, tenant, "pause");
  await pause(200 + environment.random.below(1_500));
  if (environment.random.chance(0.5)) await killSwitch(environment, tenant, "resume");
  await setPaused(environment, tenant, false);
}

const recent = (environment: Environment) => environment.random.pick(environment.campaigns.slice(-8)).id;

const EVENTS: Record<EventKind, (environment: Environment) => Promise<unknown>> = {
  "kill-worker": (environment) => killNow(environment, running(environment, environment.workers)),
  "kill-api": (environment) => killNow(environment, running(environment, environment.apis)),
  "freeze-worker": (environment) => freezeFor(environment, running(environment, environment.workers)),
  "freeze-api": (environment) => freezeFor(environment, running(environment, environment.apis)),
  "cut-connections": cutConnections,
  "restart-postgres": restartPostgresAlone,
  "lose-tickets": loseTickets,
  "restart-redis": restartRedisAlone,
  "end-leases": endLeases,
  "carrier-fault": async (environment) => {
    const fault = environment.random.pick(REQUEST_FAULTS);
    environment.note(`carrier: ${fault.kind}`);
    await environment.carrier.addFaults([{ ...fault, seconds: 10, probability: 0.5 }]);
  },
  "callback-fault": async (environment) => {
    const fault = environment.random.pick(CALLBACK_FAULTS);
    environment.note(`callbacks: ${fault.kind}`);
    await environment.carrier.addFaults([{ ...fault, seconds: 4 }]);
  },
  stop: (environment) => stopNext(environment, randomTenant(environment), 4),
  suppress: async (environment) => {
    const tenant = randomTenant(environment);
    await suppressNext(environment, tenant, 60);
    await pause(1_500);
    await unsuppress(environment, tenant);
  },
  "pause-tenant": pauseForAMoment,
  "pause-campaign": async (environment) => {
    const id = recent(environment);
    await setCampaign(environment, id, "paused");
    await pause(200 + environment.random.below(1_500));
    await setCampaign(environment, id, "running");
  },
  "cancel-campaign": (environment) => setCampaign(environment, recent(environment), "canceled"),
  budget: async (environment) => {
    const tight = tenantsOf(environment, "tight");
    if (tight.length === 0) return;
    const tenant = environment.random.pick(tight);
    await launch(environment, tenant);
    const messages = environment.random.chance(0.3)
      ? 20
      : Math.round(tenant.dailyBudgetCents / PRICE_CENTS) + 15;
    await setBudget(environment, tenant, Math.round(PRICE_CENTS * messages + 2));
  },
  file: (environment) =>
    importNextFile(
      environment,
      environment.random.pick([...tenantsOf(environment, "files"), ...tenantsOf(environment, "night-files")]),
    ),
  conversation: (environment) =>
    runConversation(
      environment,
      tenantsOf(environment, "talkers")[0]!,
      environment.random.pick(CONVERSATIONS),
    ),
  forge: async (environment) => void environment.forgeries.push(...(await forge(environment, 10))),
};

/** Runs one at a time, because a server that is starting can't be stopped again. */
const busy = new Set<string>();
async function alone(what: string, work: () => Promise<void>): Promise<void> {
  if (busy.has(what)) return;
  busy.add(what);
  await work().finally(() => busy.delete(what));
}
function restartPostgresAlone(environment: Environment): Promise<void> {
  return alone("postgres", () => restartPostgres(environment));
}
function restartRedisAlone(environment: Environment): Promise<void> {
  return alone("redis", () => restartRedis(environment));
}
