import { mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isAlive } from "@smscrm/infra/embedded-postgres/process-identity";
import type { RunRecord } from "../../start/run-record.ts";
import { fourPorts, type Ports, portVariables } from "./free-ports.ts";
import { type StartedProduct, startProduct } from "./started-product.ts";
import type { Totals } from "./totals.ts";

/** A named check. A failed one says what it saw, and the run continues to stop what it started. */
type Check = { name: string; passes: () => Promise<boolean> };

/** Starts the product like a newcomer: start, check, kill, start again with its data, stop. */
export async function runSmoke(
  runtime: "bun" | "node",
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Totals> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "smscrm-smoke-"));
  const ports = await fourPorts();
  const start = () =>
    startProduct({
      ...env,
      ...portVariables(ports),
      DATA_DIR: dataDir,
      RUNTIME: runtime,
      NODE_ENV: "development",
    });
  const first = start();
  let second: StartedProduct | null = null;
  const again = () => {
    second = start();
    return second.ready;
  };
  try {
    const checks: Check[] = [
      { name: `starts on ${runtime}`, passes: () => first.ready },
      ...whileItRuns(ports, dataDir, runtime),
      { name: "stops with the supervisor's kill", passes: () => leavesNothing(first, dataDir) },
      { name: "starts again after the kill", passes: again },
      { name: "its API answers again", passes: () => answers(ports.PORT, "/health") },
      { name: "stops in order with exit code 0", passes: async () => (await second?.stop()) === 0 },
    ];
    return await runInTurn(checks, say, () => `${first.output()}\n${second?.output() ?? ""}`);
  } finally {
    await first.stop();
    await (second as StartedProduct | null)?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function whileItRuns(ports: Ports, dataDir: string, runtime: string): Check[] {
  return [
    { name: "the API is alive", passes: () => answers(ports.PORT, "/health") },
    { name: "the API is ready", passes: () => answers(ports.PORT, "/ready") },
    { name: "the dashboard is served", passes: () => answers(ports.PORT, "/", /<!doctype html>/i) },
    { name: "the worker is healthy", passes: () => answers(ports.WORKER_PORT, "/health") },
    { name: "the simulator is healthy", passes: () => answers(ports.SIMULATOR_PORT, "/simulator/health") },
    { name: "the demo sign-in is written for its owner only", passes: async () => hasSignIn(dataDir) },
    { name: `API and worker run on ${runtime}`, passes: async () => runOn(runtime, dataDir) },
  ];
}

/** Runs checks one after the other. If a start fails, the rest is skipped; other failures are independent. */
async function runInTurn(
  checks: Check[],
  say: (line: string) => void,
  output: () => string,
): Promise<Totals> {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const [index, { name, passes }] of checks.entries()) {
    const passed = await passes().catch((error: Error) => {
      say(`       ${error.message}`);
      return false;
    });
    say(`${passed ? "ok    " : "FAILED"} ${name}`);
    totals[passed ? "passed" : "failed"]++;
    if (!passed && name.startsWith("starts")) {
      totals.skipped = checks.length - index - 1;
      break;
    }
  }
  if (totals.failed > 0) say(output());
  return totals;
}

async function answers(port: number, pathname: string, body = /(?:)/): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}${pathname}`, {
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${pathname} answered ${response.status}: ${text.slice(0, 300)}`);
  return body.test(text);
}

function recordOf(dataDir: string): RunRecord {
  return JSON.parse(readFileSync(path.join(dataDir, "run.json"), "utf8")) as RunRecord;
}

function hasSignIn(dataDir: string): boolean {
  const file = path.join(dataDir, "demo-sign-in.json");
  const { email, password } = JSON.parse(readFileSync(file, "utf8")) as { email?: string; password?: string };
  return email === "demo@example.com" && (password ?? "").length >= 12;
}

function runOn(runtime: string, dataDir: string): boolean {
  const { api, worker } = recordOf(dataDir).parts;
  return [api, worker].every((each) => {
    const program = path.basename(readlinkSync(`/proc/${each?.pid}/exe`));
    return program.startsWith(runtime);
  });
}

async function leavesNothing(product: StartedProduct, dataDir: string): Promise<boolean> {
  const parts = Object.values(recordOf(dataDir).parts);
  await product.kill();
  const deadline = Date.now() + 45_000;
  while (parts.some((each) => isAlive(each)) && Date.now() < deadline)
    await new Promise((done) => setTimeout(done, 50));
  return !parts.some((each) => isAlive(each));
}
