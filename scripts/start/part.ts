import { type ChildProcess, spawn } from "node:child_process";
import {
  identityOf,
  isAlive,
  type ProcessIdentity,
  signal,
  waitUntilGone,
} from "@smscrm/infra/embedded-postgres/process-identity";
import type { PortVariable } from "./environment.ts";
import { StartFault, StopRequested } from "./fault.ts";
import { waitUntilHealthy } from "./health.ts";
import type { BoundedLog } from "./output/bounded-log.ts";
import { type ChildOutput, takeOutput } from "./output/child-output.ts";

/** A program that runs as long as the product does. */
export type Part = {
  name: string;
  /** As in a sentence: "API", "worker". */
  title: string;
  words: string[];
  /** Variables besides those that all parts get. */
  env?: Record<string, string>;
  port: number;
  portVariable: PortVariable;
  healthUrl: string;
  healthLimitMs: number;
  stopLimitMs: number;
};

export type PartContext = {
  folder: string;
  env: NodeJS.ProcessEnv;
  /** A prefix that makes the program end with this process. */
  prefix: string[];
  log: BoundedLog;
  consoleLevel: number;
  stop: AbortSignal;
  say(line: string): void;
  show(line: string): void;
  /** Called with each new process, before it can be lost. */
  record(process: ProcessIdentity): void;
};

export type RunningPart = { title: string; stop(): Promise<void>; kill(): void };

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** How long to wait for the last output: a part's child process may keep it open after the part has ended. */
const lastOutputMs = 1_000;
/** A part that ran this long is stable: its next crash counts as the first. */
const stableAfterMs = 60_000;

type Life = {
  child: ChildProcess;
  process: ProcessIdentity;
  output: ChildOutput;
  end: Promise<string>;
  startedAt: number;
};

/**
 * Starts a part and waits until it is healthy. An end before that is a fault, because a retry would not help. A later
 * crash is reported with its last lines, and the part is restarted after a growing pause.
 */
export async function startPart(part: Part, context: PartContext): Promise<RunningPart> {
  if (context.stop.aborted) throw new StopRequested();
  context.say(`Starting the ${part.title} on port ${part.port}`);
  const state = { life: spawnPart(part, context), stopping: false };
  try {
    await firstHealth(part, context, state.life);
  } catch (error) {
    await stopLife(state.life, part.stopLimitMs);
    throw error;
  }
  void keepAlive(part, context, state);
  const stop = () => {
    state.stopping = true;
    return stopLife(state.life, part.stopLimitMs);
  };
  const kill = () => {
    state.stopping = true;
    signal(state.life.process, "SIGKILL");
  };
  return { title: part.title, stop, kill };
}

function spawnPart(part: Part, context: PartContext): Life {
  const [command, ...args] = [...context.prefix, ...part.words];
  const { folder } = context;
  const env = { ...context.env, ...part.env };
  const child = spawn(command!, args, {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const end = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, by) => resolve(by ? `ended by ${by}` : `exit code ${code}`));
  });
  const output = takeOutput(child, context.log, context.consoleLevel, context.show);
  const life = { child, process: identityOf(child.pid ?? 0), output, end, startedAt: Date.now() };
  context.record(life.process);
  return life;
}

async function firstHealth(part: Part, context: PartContext, life: Life): Promise<void> {
  const ended = new AbortController();
  const giveUp = AbortSignal.any([ended.signal, context.stop]);
  const how = life.end.then((how) => {
    ended.abort();
    return how;
  });
  if (await waitUntilHealthy(part.healthUrl, part.healthLimitMs, giveUp)) return;
  if (context.stop.aborted) throw new StopRequested();
  const log = `its log is ${context.log.path}`;
  const lines = life.output.lastLines();
  if (ended.signal.aborted)
    throw new StartFault(`The ${part.title} stopped while starting (${await how}): ${log}.`, lines);
  throw new StartFault(
    `The ${part.title} did not answer at ${part.healthUrl} within ${part.healthLimitMs / 1000} s: ${log}.`,
    lines,
  );
}

async function keepAlive(
  part: Part,
  context: PartContext,
  state: { life: Life; stopping: boolean },
): Promise<void> {
  let pauseMs = firstPauseMs;
  for (;;) {
    const how = await state.life.end;
    if (state.stopping || context.stop.aborted) return;
    if (Date.now() - state.life.startedAt > stableAfterMs) pauseMs = firstPauseMs;
    for (const line of state.life.output.lastLines()) context.show(line);
    context.say(
      `The ${part.title} crashed (${how}); starting it again in ${pauseMs / 1000} s (log: ${context.log.path})`,
    );
    await new Promise((done) => setTimeout(done, pauseMs));
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    if (state.stopping || context.stop.aborted) return;
    state.life = spawnPart(part, context);
    void reportWhenHealthy(part, context, state.life);
  }
}

async function reportWhenHealthy(part: Part, context: PartContext, life: Life): Promise<void> {
  const ended = new AbortController();
  void life.end.then(() => ended.abort());
  const giveUp = AbortSignal.any([ended.signal, context.stop]);
  if (await waitUntilHealthy(part.healthUrl, part.healthLimitMs, giveUp))
    context.say(`The ${part.title} is back`);
}

/**
 * Stops a part: SIGTERM lets it finish its work, and at the limit it is killed. Its last lines are read before this
 * returns.
 */
async function stopLife(life: Life, limitMs: number): Promise<void> {
  if (!isAlive(life.process)) return;
  signal(life.process, "SIGTERM");
  if (!(await waitUntilGone(life.process, limitMs))) {
    signal(life.process, "SIGKILL");
    await waitUntilGone(life.process, 5_000);
  }
  await Promise.race([life.end, new Promise((done) => setTimeout(done, lastOutputMs))]);
}
