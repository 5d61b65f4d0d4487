import { testLogins } from "@smscrm/db/testing/test-database";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import postgres from "postgres";
import type { BenchOptions } from "../options.ts";
import { watchProcessors } from "../processor-time.ts";
import { costliestStatements, forgetStatements } from "../profile.ts";
import { runProgram, startProgram } from "../program.ts";
import { type BenchReport, ratioLine, speedLines } from "../report.ts";
import { alternate, type Contender, figureOf, roundsOf, type Sample } from "../rounds.ts";
import type { BenchServers } from "../servers.ts";
import { makeTaken } from "./taken.ts";

const OURS = "ours: verified, merged, committed";
const VERIFY = "verify only";
const INSERT = "one insert each";

/** The number of connections in the goal. */
const CONNECTIONS = 64;
const WARM_UP = 3_000;
const PUBLIC_URL = "https://texts.example.com";

type Mode = "ours" | "verify" | "insert";
type Started = { port: number; pid: number; stop(): Promise<void> };

export async function benchWebhook(
  servers: BenchServers,
  { messages, rounds, seconds, profile }: BenchOptions,
  say: (line: string) => void,
): Promise<BenchReport> {
  const taken = Math.ceil((messages + WARM_UP) / 2);
  await servers.template("webhook", (sql) => makeTaken(sql, taken));
  const contender = (name: string, mode: Mode): Contender => ({
    name,
    measure: () => measure(servers, mode, profile),
  });
  const contenders = [contender(OURS, "ours"), contender(VERIFY, "verify"), contender(INSERT, "insert")];
  const samples = await alternate(contenders, { rounds, seconds }, say);
  const ms = (what: string, figure: string, goal: number | null) => ({
    what,
    spread: figureOf(samples, OURS, figure),
    unit: "ms",
    goal: goal === null ? null : { atMost: goal },
    next: null,
  });
  const used = ["api", "postgres"].map((who) => ({
    what: `${who}'s processor per callback (ours)`,
    spread: figureOf(samples, OURS, `${who}MicrosEach`),
    unit: "µs",
    goal: null,
    next: null,
  }));
  return {
    bench: "webhook",
    about: `${taken * 2 - WARM_UP} callbacks over ${CONNECTIONS} connections, ${roundsOf(samples)} rounds`,
    samples: Object.fromEntries(samples),
    lines: [
      ...speedLines(samples, "/s"),
      ...used,
      ratioLine(samples, OURS, VERIFY, { atLeast: 0.42 }, 0.55),
      ratioLine(samples, OURS, INSERT),
      ms("half are answered within", "p50Ms", null),
      ms("99 of 100 are answered within", "p99Ms", 25),
    ],
  };
}

async function measure(servers: BenchServers, mode: Mode, profile: boolean): Promise<Sample> {
  const database = await servers.copyOf("webhook");
  const server = mode === "ours" ? await startApi(database.url) : await startBaseline(mode, database.url);
  try {
    if (profile && mode === "ours") await forgetStatements(servers.admin);
    const processors = watchProcessors({ api: server.pid, postgres: servers.postgres.pid });
    const order = {
      url: database.url,
      port: server.port,
      publicUrl: PUBLIC_URL,
      connections: CONNECTIONS,
      warmUp: WARM_UP,
    };
    const figures = await runProgram<{ seconds: number; requests: number }>(
      "scripts/proof/bench/webhook/load.ts",
      [JSON.stringify(order)],
    );
    const used = processors(figures.requests + WARM_UP);
    if (profile && mode === "ours") console.error(await costliestStatements(servers.admin, figures.requests));
    if (mode === "ours") await requireAllMerged(database.url);
    return { perSecond: figures.requests / figures.seconds, ...figures, ...used };
  } finally {
    await server.stop();
    await database.drop();
  }
}

/** Starts the API as it runs in production. */
async function startApi(url: string): Promise<Started> {
  const port = await freePort();
  const env = { ...testLogins(url), PORT: String(port), PUBLIC_URL, LOG_LEVEL: "info" };
  const program = await startProgram("server/main.ts", [], env, (line) => line.includes("The API listens"));
  return { ...program, port };
}

async function startBaseline(mode: Mode, url: string): Promise<Started> {
  const words = [JSON.stringify({ mode, url, publicUrl: PUBLIC_URL })];
  const program = await startProgram("scripts/proof/bench/webhook/baseline-server.ts", words, {}, (line) =>
    line.startsWith("{"),
  );
  return { ...program, port: (JSON.parse(program.line) as { port: number }).port };
}

/** Checks that every message is delivered and every callback stored: both callbacks of each were sent. */
async function requireAllMerged(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  const [row] = await sql<{ open: number; missing: number }[]>`
    select (select count(*)::int from send_jobs where status <> 'delivered') as open,
      (select count(*)::int * 2 from send_jobs) - (select count(*)::int from webhook_events where outcome = 'merged')
        as missing`;
  await sql.end();
  if (row!.open > 0 || row!.missing !== 0) {
    throw new Error(`${row!.open} messages are not delivered and ${row!.missing} callbacks are not stored.`);
  }
}
