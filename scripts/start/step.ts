import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  identityOf,
  type ProcessIdentity,
  signal,
  waitUntilGone,
} from "@smscrm/infra/embedded-postgres/process-identity";
import { StartFault, StopRequested } from "./fault.ts";
import type { BoundedLog } from "./output/bounded-log.ts";
import { takeOutput } from "./output/child-output.ts";

/** A program that runs to its end before the product starts: migrating, seeding, building. */
export type Step = { doing: string; failure: string; words: string[]; limitMs: number };

export type StepContext = {
  folder: string;
  env: NodeJS.ProcessEnv;
  /** A prefix that makes the program end with this process. */
  prefix: string[];
  log: BoundedLog;
  stop: AbortSignal;
  say(line: string): void;
};

/** Runs the step; anything but success becomes a fault with its last lines. */
export async function runStep(step: Step, context: StepContext): Promise<void> {
  if (context.stop.aborted) throw new StopRequested();
  context.say(step.doing);
  const [command, ...args] = [...context.prefix, ...step.words];
  const { folder } = context;
  const env = { ...context.env, NO_COLOR: "1" };
  const child = spawn(command!, args, {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = takeOutput(child, context.log, Number.POSITIVE_INFINITY, () => {});
  const running = identityOf(child.pid ?? 0);
  const end = once(child, "close").catch((error: Error) => [error.message, null]);
  const cut = cutShort(running, step.limitMs, context.stop);
  const [code] = await end;
  const tooLong = cut.end();
  if (code === 0) return;
  if (context.stop.aborted) throw new StopRequested();
  const how = tooLong ? `took longer than ${step.limitMs / 1000} s` : `ended with ${code}`;
  throw new StartFault(
    `${step.failure} (it ${how}). The whole output is in ${context.log.path}.`,
    output.lastLines(),
  );
}

/** Ends the program at its limit, or when the person asks to stop. */
function cutShort(running: ProcessIdentity, limitMs: number, stop: AbortSignal): { end(): boolean } {
  let tooLong = false;
  const cut = async () => {
    signal(running, "SIGTERM");
    if (!(await waitUntilGone(running, 5_000))) signal(running, "SIGKILL");
  };
  const timer = setTimeout(() => {
    tooLong = true;
    void cut();
  }, limitMs);
  stop.addEventListener("abort", cut);
  const end = () => {
    clearTimeout(timer);
    stop.removeEventListener("abort", cut);
    return tooLong;
  };
  return { end };
}
