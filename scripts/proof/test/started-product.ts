import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";

export type StartedProduct = {
  /** True once it says that it is ready; false if it ended before, or at the limit. */
  ready: Promise<boolean>;
  output(): string;
  kill(): Promise<void>;
  /** Asks it to stop, with a limit; resolves with its exit code. */
  stop(): Promise<number | null>;
};

const readyLimitMs = 180_000;
const stopLimitMs = 90_000;

/** Runs `bun scripts/start.ts` with this environment. */
export function startProduct(env: NodeJS.ProcessEnv): StartedProduct {
  const child = spawn(runtimeProgram("bun"), ["scripts/start.ts"], {
    cwd: projectFolder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const exit = once(child, "exit").then(([code]) => code as number | null);
  const ready = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), readyLimitMs);
    const settle = (answer: boolean) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const take = (line: string) => {
      lines.push(line);
      if (line.includes("Ready after")) settle(true);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", take);
    void exit.then(() => settle(false));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), stopLimitMs);
    const code = await exit;
    clearTimeout(timer);
    return code;
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await exit;
  };
  return { ready, output: () => lines.join("\n"), kill, stop };
}
