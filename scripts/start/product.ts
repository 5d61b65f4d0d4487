import path from "node:path";
import { ensureEmbeddedLogins } from "@smscrm/db/logins/embedded-logins";
import { EmbeddedPostgresFault } from "@smscrm/infra/embedded-postgres/fault";
import type { ProcessIdentity } from "@smscrm/infra/embedded-postgres/process-identity";
import { dyingWithParent } from "@smscrm/infra/embedded-postgres/run-as";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@smscrm/infra/embedded-postgres/start";
import { buildClientIfStale } from "./client-build.ts";
import { demoSignInLine, hasDemoSignIn } from "./demo-sign-in.ts";
import { StartFault, StopRequested } from "./fault.ts";
import { isOrphaned, launchersOf } from "./launchers.ts";
import { openBoundedLog } from "./output/bounded-log.ts";
import type { Console } from "./output/console.ts";
import { type Part, type PartContext, type RunningPart, startPart } from "./part.ts";
import type { Plan } from "./plan.ts";
import { requireFreePorts } from "./ports.ts";
import { type OpenRun, openRun, type RunRecord } from "./run-record.ts";
import { runStep, type StepContext } from "./step.ts";

/** The person's requests: `stop` in order, or `force` at once. */
export type Requests = { stop: AbortSignal; force: AbortSignal };

type Running = { postgres: EmbeddedPostgres | null; parts: Map<string, RunningPart> };

/**
 * Runs the whole product until it is asked to stop.
 * @returns the exit code: 0 if it was asked to, 1 if something failed
 */
export async function runProduct(plan: Plan, console: Console, requests: Requests): Promise<number> {
  let run: OpenRun | null = null;
  const running: Running = { postgres: null, parts: new Map() };
  requests.force.addEventListener("abort", () => killAll(running));
  // Read first: a launcher that is killed during the start would no longer be among the ancestors.
  const launchers = launchersOf();
  let code = 0;
  try {
    run = await openRun(plan.settings.dataDir, console.say);
    await start(plan, console, requests, run, running, launchers);
    code = await untilTheEnd(running, console, requests, launchers);
  } catch (error) {
    code = error instanceof StopRequested ? 0 : reportFault(error, console);
  }
  await stopInOrder(plan, console, running);
  run?.close();
  return code;
}

async function start(
  plan: Plan,
  console: Console,
  requests: Requests,
  run: OpenRun,
  running: Running,
  launchers: ProcessIdentity[],
): Promise<void> {
  const startedAt = Date.now();
  const { settings } = plan;
  await requireFreePorts(plan.parts.flat().map((each) => ({ ...each, variable: each.portVariable })));
  const record: RunRecord = { address: addressOf(plan), launchers, parts: {} };
  run.write(record);
  const firstStart = !hasDemoSignIn(settings.dataDir);
  await prepare(plan, console, requests.stop, running);
  for (const group of plan.parts) {
    await allSettled(group.map((part) => startOne(part, plan, console, requests.stop, run, record, running)));
  }
  reportAddresses(plan, console, firstStart, Date.now() - startedAt);
}

function addressOf(plan: Plan): string {
  return `http://localhost:${plan.settings.ports.PORT}`;
}

/** Prepares the database and the client in parallel, because they do not depend on each other. */
async function prepare(plan: Plan, console: Console, stop: AbortSignal, running: Running): Promise<void> {
  const database = async () => {
    if (plan.settings.embeddedPostgres) running.postgres = await startPostgres(plan, console);
    for (const step of plan.preparation) await runStep(step, stepContext(plan, console, stop, "start"));
  };
  const client = plan.buildsClient
    ? buildClientIfStale(stepContext(plan, console, stop, "client-build"))
    : null;
  await allSettled([database(), client]);
}

function startPostgres({ settings }: Plan, console: Console): Promise<EmbeddedPostgres> {
  const port = settings.ports.EMBEDDED_POSTGRES_PORT;
  const dataDir = path.join(settings.dataDir, "postgres");
  console.say(`Starting PostgreSQL on port ${port} (data in ${dataDir})`);
  const own = { user: "smscrm", password: "smscrm", database: "smscrm" };
  return startEmbeddedPostgres({ dataDir, port, ...own, log: console.say, whenParentDies: "TERM" });
}

function stepContext(plan: Plan, console: Console, stop: AbortSignal, name: string): StepContext {
  return { ...base(plan, console, name), stop };
}

/** Returns the variables as this process read them, so that a part never uses another default. */
function base(plan: Plan, console: Console, name: string) {
  const { settings, folder } = plan;
  const ports = Object.entries(settings.ports).map(([variable, port]) => [variable, String(port)]);
  const logins = settings.embeddedPostgres
    ? ensureEmbeddedLogins(settings.dataDir, settings.ports.EMBEDDED_POSTGRES_PORT)
    : {};
  const env = { ...process.env, ...Object.fromEntries(ports), ...logins, DATA_DIR: settings.dataDir };
  const log = openBoundedLog(path.join(settings.dataDir, "logs", `${name}.log`));
  return { folder, env, log, prefix: dyingWithParent("TERM"), say: console.say };
}

async function startOne(
  part: Part,
  plan: Plan,
  console: Console,
  stop: AbortSignal,
  run: OpenRun,
  record: RunRecord,
  running: Running,
): Promise<void> {
  const context: PartContext = {
    ...base(plan, console, part.name),
    consoleLevel: plan.settings.consoleLevel,
    stop,
    show: (line) => console.sayFor(part.name, line),
    record: (process: ProcessIdentity) => {
      record.parts[part.name] = process;
      run.write(record);
    },
  };
  running.parts.set(part.name, await startPart(part, context));
}

/** Like Promise.all, but waits for everything that is still starting, so that it can be stopped. */
async function allSettled(work: (Promise<void> | null)[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failures = results.flatMap((each) => (each.status === "rejected" ? [each.reason as Error] : []));
  const first = failures.find((each) => !(each instanceof StopRequested)) ?? failures[0];
  if (first) throw first;
}

function reportAddresses(plan: Plan, console: Console, firstStart: boolean, tookMs: number): void {
  const { settings } = plan;
  console.say(`Ready after ${(tookMs / 1000).toFixed(1)} s: ${addressOf(plan)}`);
  if (settings.simulator) console.say(`Handsets: http://localhost:${settings.ports.SIMULATOR_PORT}`);
  const signIn = demoSignInLine(settings.dataDir, firstStart);
  if (signIn) console.say(signIn);
  console.say(`Logs are in ${path.join(settings.dataDir, "logs")}; Ctrl-C stops everything in order`);
}

const launcherCheckMs = 1_000;

/** Waits for the request to stop, the loss of the database, or the death of the command that started this. */
function untilTheEnd(
  running: Running,
  console: Console,
  { stop }: Requests,
  launchers: ProcessIdentity[],
): Promise<number> {
  return new Promise((resolve) => {
    let ended = false;
    const end = (code: number, line: string) => {
      clearInterval(timer);
      if (!ended) console.say(line);
      ended = true;
      resolve(code);
    };
    const asked = () => end(0, "Stopping; a second Ctrl-C forces it");
    const timer = setInterval(() => {
      if (isOrphaned(launchers)) end(1, "The command that started this has ended; stopping");
    }, launcherCheckMs);
    if (stop.aborted) asked();
    stop.addEventListener("abort", asked, { once: true });
    const lost = "PostgreSQL ended unexpectedly, so everything stops. Start again: committed data is kept";
    void running.postgres?.exited.then(() => stop.aborted || end(1, lost));
  });
}

async function stopInOrder(plan: Plan, console: Console, running: Running): Promise<void> {
  for (const name of plan.stopOrder) {
    const part = running.parts.get(name);
    if (!part) continue;
    console.say(`Stopping the ${part.title}`);
    await part.stop();
  }
  if (!running.postgres) return;
  console.say("Stopping PostgreSQL");
  await running.postgres.stop();
}

function killAll(running: Running): void {
  for (const part of running.parts.values()) part.kill();
  // An immediate shutdown loses nothing that was committed; the next start replays the log.
  if (running.postgres) process.kill(running.postgres.pid, "SIGQUIT");
}

function reportFault(error: unknown, console: Console): number {
  const known = error instanceof StartFault || error instanceof EmbeddedPostgresFault;
  if (error instanceof StartFault) for (const line of error.lastLines) console.sayFor("", line);
  const sentence = known ? error.message : `Unexpected: ${(error as Error)?.stack ?? String(error)}`;
  for (const line of sentence.split("\n")) console.say(line);
  return 1;
}
