import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "../../infra/embedded-postgres/port.ts";

const bun = fileURLToPath(new URL("../../node_modules/.bin/bun", import.meta.url));
const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const STOP_LIMIT_MS = 25_000;

/** Starts the worker as it runs in production: `main.ts` on Bun, in a process of its own that can be killed. */
export async function spawnWorker(environment: Record<string, string>) {
  const env = { PATH: process.env.PATH ?? "", ...environment, WORKER_PORT: String(await freePort()) };
  const child = spawn(bun, [main], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  child.stderr.on("data", (text) => {
    output += text;
  });
  const ended = once(child, "exit");
  return {
    output: () => output,
    ended: () => child.exitCode !== null || child.signalCode !== null,
    /** SIGKILL: it finishes nothing and writes nothing. */
    async kill(): Promise<void> {
      child.kill("SIGKILL");
      await ended;
    },
    /** SIGTERM, as an operator stops it; resolves with the exit code. */
    async stop(): Promise<number | null> {
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
      child.kill("SIGTERM");
      const [code] = await ended;
      clearTimeout(timer);
      return code;
    },
  };
}
