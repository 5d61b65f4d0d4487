import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";

/** A process of the product that can be killed, as by a power cut, or stopped in order, as by a deploy. */
export interface DrillPart {
  output: () => string;
  /** SIGTERM; resolves with its exit code, or null if it had to be killed. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

const STOP_LIMIT_MS = 60_000;

/** Starts `server/main.ts` or `worker/main.ts` and waits until it answers at `healthUrl`. */
export async function startDrillPart(
  file: string,
  healthUrl: string,
  env: Record<string, string>,
): Promise<DrillPart> {
  const child = spawn(runtimeProgram("bun"), [file], {
    cwd: projectFolder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collected(child);
  await untilAnswers(child, healthUrl, output);
  return { output, stop: () => stopAndWait(child), kill: () => killAndWait(child) };
}

/** Enough for the whole log of a journey, in which a test looks for secrets. */
const OUTPUT_MAX = 4_000_000;

function collected(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text = (text + chunk).slice(-OUTPUT_MAX);
    });
  }
  return () => text;
}

async function untilAnswers(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const deadline = Date.now() + STOP_LIMIT_MS;
  for (;;) {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (response?.ok) return;
    if (child.exitCode !== null)
      throw new Error(`${child.spawnargs.at(-1)} ended:\n${output().slice(-20_000)}`);
    if (Date.now() > deadline) {
      await killAndWait(child);
      throw new Error(`${url} did not answer:\n${output().slice(-20_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function stopAndWait(child: ChildProcess): Promise<number | null> {
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
  clearTimeout(timer);
  return child.exitCode;
}

async function killAndWait(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
