import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { dyingWithParent } from "@smscrm/infra/embedded-postgres/run-as";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";
import { inTime } from "./limit.ts";

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 25_000;
/** The longest run is some rounds of half a minute. */
const RUN_LIMIT_MS = 15 * 60_000;

/** A program beside the bench, in its own process as in production. */
export interface Program {
  pid: number;
  /** The last printed line that `isReady` accepted. */
  line: string;
  stop(): Promise<void>;
}

/** Starts `bun <file> <words>` and waits for its ready line. `by` is a command that starts it, such as `taskset`. */
export async function startProgram(
  file: string,
  words: string[],
  env: Record<string, string>,
  isReady: (line: string) => boolean,
  by: readonly string[] = [],
): Promise<Program> {
  const { child, lines } = run(file, words, env, by);
  const line = await new Promise<string>((resolve, reject) => {
    const fail = () => reject(new Error(`${file} did not start:\n${lines.join("\n")}`));
    const timer = setTimeout(fail, START_LIMIT_MS);
    child.once("exit", fail);
    child.on("line", (each: string) => {
      if (!isReady(each)) return;
      clearTimeout(timer);
      resolve(each);
    });
  });
  return { pid: child.pid!, line, stop: () => stop(child) };
}

/** Runs `bun <file> <words>` to its end and returns the JSON of its last line. */
export async function runProgram<T>(
  file: string,
  words: string[],
  env: Record<string, string> = {},
  by: readonly string[] = [],
): Promise<T> {
  const { child, lines } = run(file, words, env, by);
  const [code] = await inTime(once(child, "exit"), RUN_LIMIT_MS, file).catch(async (error: Error) => {
    await stop(child);
    throw new Error(`${error.message}. Its last lines:\n${lines.slice(-20).join("\n")}`);
  });
  if (code !== 0) throw new Error(`${file} failed:\n${lines.join("\n")}`);
  return JSON.parse(lines.at(-1) ?? "null") as T;
}

function run(file: string, words: string[], env: Record<string, string>, by: readonly string[]) {
  const [command, ...before] = [...by, ...dyingWithParent("TERM"), runtimeProgram("bun")];
  const child = spawn(command!, [...before, path.join(projectFolder, file), ...words], {
    cwd: projectFolder,
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "development", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > 200) lines.shift();
      child.emit("line", line);
    });
  }
  return { child, lines };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(timer);
}
