import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { projectFolder } from "../../../start/runtime.ts";
import { startApi } from "../api.ts";
import type { BenchOptions } from "../options.ts";
import { childrenOf } from "../processor-time.ts";
import { type Program, runProgram } from "../program.ts";
import type { BenchReport, Goal, Line } from "../report.ts";
import {
  alternate,
  type Contender,
  figureOf,
  roundsOf,
  type Sample,
  type Samples,
  spreadOf,
} from "../rounds.ts";
import type { BenchServers } from "../servers.ts";
import { ATTACKS, STRANGERS, type Target } from "./attacks.ts";
import { HOSTILE, listCampaigns, makeTenants, NEIGHBOUR, openSessions } from "./tenants.ts";

const SILENCE = "silence";
/** An idle API beside a foreign program that keeps its processors as busy: what no limit of ours can prevent. */
const FOREIGN = "a foreign program";
const TOGETHER = "all of the viewer's together";
const EVERYTHING = "all, with the strangers'";
/** Several kinds at once. */
const SEVERAL: Readonly<Record<string, readonly string[]>> = {
  [TOGETHER]: Object.keys(ATTACKS).filter((name) => !STRANGERS.includes(name)),
  [EVERYTHING]: Object.keys(ATTACKS),
};

const NEIGHBOUR_CONTACTS = 2_000;
/** The people of the neighbour tenant. One alone would use up a person's own share. */
const MEMBERS = 12;
/** A person's browsers and tools. */
const BROWSERS = 12;
const WARM_UP_SECONDS = 2;
const SECONDS = 10;
/** How long an attack runs before the measurement begins. */
const LEAD_SECONDS = 2;

const PAUSE_MS_MAX = 150;
const PAGES_RATIO_MAX = 2;
const PAGE = "page ";

/** Who runs where. On one core for the load and the rest for the servers, the load does not count as theirs. */
const processors = availableParallelism();
const SERVERS = processors > 1 ? `0-${processors - 2}` : "0";
const LOAD = String(processors - 1);
const on = (cpus: string) => ["taskset", "-c", cpus];
/** The load gives way to the neighbour, whose clock must not wait for it. */
const GIVES_WAY = ["nice", "-n", "10"];

interface Setting {
  api: (eventLoopFile: string) => Promise<Program & { url: string }>;
  folder: string;
  members: string[];
  target: Omit<Target, "url">;
}

/** Measures a tenant's pause and pages while another tenant's viewer does its worst. */
export async function benchFair(
  servers: BenchServers,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<BenchReport> {
  const unknown = options.attacks.find((name) => !(name in ATTACKS) && !(name in SEVERAL));
  const known = [...Object.keys(ATTACKS), ...Object.keys(SEVERAL)];
  if (unknown) throw new Error(`There is no attack "${unknown}": ${known.join(", ")}.`);
  await servers.template("fair", (sql) =>
    makeTenants(sql, { neighbour: NEIGHBOUR_CONTACTS, hostile: options.contacts }),
  );
  const database = await servers.copyOf("fair");
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-fair-"));
  pin(servers.postgres.pid, SERVERS);
  try {
    const members: string[] = [];
    for (let at = 0; at < MEMBERS; at += 1) members.push(...(await openSessions(sql, NEIGHBOUR, "owner", 1)));
    const cookies = await openSessions(sql, HOSTILE, "viewer", BROWSERS);
    const setting: Setting = {
      api: (file) => startMeasuredApi(database.url, servers.redis.url, file, options.profile ? folder : null),
      folder,
      members,
      target: { tenantId: HOSTILE, cookies, ...(await listCampaigns(sql)) },
    };
    const asked = options.attacks.length > 0 ? options.attacks : known;
    const contenders: Contender[] = [SILENCE, FOREIGN, ...asked].map((name) => ({
      name,
      measure: () => measure(name, setting, say),
    }));
    const samples = await alternate(contenders, options, say);
    say(tableForReading(samples));
    return {
      bench: "fair",
      about: `${options.contacts} contacts and ${3 * options.contacts} messages of the hostile tenant, servers on processor ${SERVERS}, load on ${LOAD}, ${roundsOf(samples)} rounds`,
      samples: Object.fromEntries(samples),
      lines: [...samples.keys()].flatMap((name) => linesOf(samples, name)),
    };
  } finally {
    pin(servers.postgres.pid, `0-${processors - 1}`);
    if (!options.profile) rmSync(folder, { recursive: true, force: true });
    else say(`  profiles in ${folder}`);
    await sql.end();
    await database.drop();
  }
}

/** Binds a process that is running, what it has started, and what it starts from now on. */
function pin(server: number, cpus: string): void {
  bind(server);
  for (const child of childrenOf(server)) bind(child);

  function bind(pid: number): void {
    const { status, stderr } = spawnSync("taskset", ["-cp", cpus, String(pid)], { encoding: "utf8" });
    // A child may have ended since.
    if (status !== 0 && pid === server)
      throw new Error(`The servers could not be bound to a processor (Linux only): ${stderr}`);
  }
}

/** Starts the API with a measurement of its event loop. */
function startMeasuredApi(database: string, redis: string, eventLoopFile: string, profiles: string | null) {
  const preload = path.join(projectFolder, "scripts/proof/bench/fair/event-loop.ts");
  const profile = profiles ? ` --cpu-prof-md --cpu-prof --cpu-prof-dir=${profiles}` : "";
  const env = { BENCH_EVENT_LOOP_FILE: eventLoopFile, BUN_OPTIONS: `--preload=${preload}${profile}` };
  return startApi(database, redis, env, on(SERVERS));
}

interface Neighbour {
  pages: Record<string, number[]>;
  pauses: number[];
  resumes: number[];
  failures: string[];
  ownDelayMs: number;
}

async function measure(name: string, setting: Setting, say: (line: string) => void): Promise<Sample> {
  const file = path.join(setting.folder, `${name.replaceAll(/\W/g, "-")}-${Date.now()}.jsonl`);
  const api = await setting.api(file);
  try {
    const use = (seconds: number) =>
      runProgram<Neighbour>(
        "scripts/proof/bench/fair/neighbour.ts",
        [JSON.stringify({ url: api.url, tenantId: NEIGHBOUR, members: setting.members, seconds })],
        {},
        on(LOAD),
      );
    await use(WARM_UP_SECONDS);
    const attack = startAttack(name, { ...setting.target, url: api.url });
    // A failure is thrown where its result is awaited.
    attack.catch(() => {});
    await sleep(LEAD_SECONDS * 1_000);
    const from = Date.now();
    const neighbour = await use(SECONDS);
    const sample = sampleOf(neighbour, readDelays(file, from, Date.now()));
    const answers = await attack;
    say(`    ${name}: ${JSON.stringify(answers)}`);
    if (neighbour.failures.length > 0)
      say(`    failed: ${[...new Set(neighbour.failures)].slice(0, 3).join(" · ")}`);
    return sample;
  } finally {
    await api.stop();
  }
}

function startAttack(name: string, target: Target): Promise<unknown> {
  const seconds = LEAD_SECONDS + SECONDS + 1;
  if (name === SILENCE) return Promise.resolve(null);
  if (name === FOREIGN)
    return runProgram("scripts/proof/bench/fair/spin.ts", [String(seconds)], {}, on(SERVERS));
  const attacks = SEVERAL[name] ?? [name];
  return runProgram(
    "scripts/proof/bench/fair/attacker.ts",
    [JSON.stringify({ target, attacks, seconds })],
    // A browser's own limit would hold most of the load back.
    { BUN_CONFIG_MAX_HTTP_REQUESTS: "5000" },
    [...on(LOAD), ...GIVES_WAY],
  );
}

interface Delay {
  at: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  cpuMs: number;
}

function readDelays(file: string, from: number, to: number): Delay[] {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Delay)
    .filter(({ at }) => at >= from && at <= to);
}

function sampleOf({ pages, pauses, failures, ownDelayMs }: Neighbour, delays: Delay[]): Sample {
  const asked = Object.values(pages).reduce((sum, each) => sum + each.length, 0);
  return {
    perSecond: asked / SECONDS,
    pauseP50Ms: percentile(pauses, 50),
    pauseP99Ms: percentile(pauses, 99),
    pauseMaxMs: percentile(pauses, 100),
    failures: failures.length,
    ownDelayMs,
    loopP99Ms: spreadOf(delays.map(({ p99Ms }) => p99Ms)).median,
    loopMaxMs: Math.max(...delays.map(({ maxMs }) => maxMs)),
    apiPercent: delays.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / delays.length / 5,
    ...Object.fromEntries(Object.entries(pages).map(([page, each]) => [PAGE + page, percentile(each, 50)])),
    ...Object.fromEntries(Object.entries(pages).map(([page, each]) => [`p99 ${page}`, percentile(each, 99)])),
  };
}

/** Infinity where nothing was measured, so that a goal can't be met by failing. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.POSITIVE_INFINITY;
}

/** Returns how many times as long the page takes that an attack delays most, by its median, within each round. */
function slowestPage(samples: Samples, name: string, against: string): number[] {
  const usual = samples.get(against)!;
  return samples.get(name)!.map((sample, round) =>
    Math.max(
      ...Object.keys(sample)
        .filter((figure) => figure.startsWith(PAGE))
        .map((page) => sample[page]! / usual[round]![page]!),
    ),
  );
}

function linesOf(samples: Samples, name: string): Line[] {
  // A flood from many networks without a session is for the proxy in front of the API to limit, so it has no goal.
  const isOurs = name !== SILENCE && name !== FOREIGN && name !== EVERYTHING;
  const goal = (max: number): Goal | null => (isOurs ? { atMost: max } : null);
  const line = (what: string, figure: string, unit: string, max: Goal | null) => ({
    ...{ what: `${name}: ${what}`, spread: figureOf(samples, name, figure), unit, goal: max, next: null },
  });
  return [
    line("pause, 99 of 100 within", "pauseP99Ms", "ms", goal(PAUSE_MS_MAX)),
    {
      what: `${name}: slowest page ÷ ${SILENCE}`,
      spread: spreadOf(slowestPage(samples, name, SILENCE)),
      unit: "×",
      goal: goal(PAGES_RATIO_MAX),
      next: null,
    },
    line("failed calls of the neighbour", "failures", "", goal(0)),
  ];
}

/** One row for each attack, with what no goal is set for. */
function tableForReading(samples: Samples): string {
  const figures: [string, string][] = [
    ["pause p50", "pauseP50Ms"],
    ["p99", "pauseP99Ms"],
    ["max", "pauseMaxMs"],
    ["loop p99", "loopP99Ms"],
    ["loop max", "loopMaxMs"],
    ["API's processor %", "apiPercent"],
    ["neighbour's own delay", "ownDelayMs"],
  ];
  const rows = [...samples.keys()].map((name) => {
    const values = figures.map(([, figure]) => figureOf(samples, name, figure).median.toFixed(0));
    const ratio = (against: string) =>
      samples.has(against) ? spreadOf(slowestPage(samples, name, against)).median.toFixed(2) : "";
    return [name, ...values, ratio(SILENCE), ratio(FOREIGN)].join(" | ");
  });
  const head = ["", ...figures.map(([title]) => title), "slowest page ÷ silence", "÷ foreign"].join(" | ");
  return [head, ...rows].map((row) => `  ${row}`).join("\n");
}
