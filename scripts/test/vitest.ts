import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectFolder, runtimeProgram } from "../start/runtime.ts";
import { failuresOf, type Report, type Totals, totalsOf } from "./totals.ts";

/** What would let a test meet a real system, or another copy's data: no test sees it. */
const hidden =
  /^(DATABASE_URL|DATABASE_REPLICA_URL|REDIS_.*|TWILIO_.*|PAGERDUTY_.*|SLACK_.*|DATA_DIR|PUBLIC_URL|LOG_LEVEL|(\w+_)?PORT|RUNTIME)$/;

/** The environment of tests: nothing of the person's own set-up but what `more` says. */
export function testEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !hidden.test(name));
  return { ...Object.fromEntries(kept), ...more, NODE_ENV: "test" };
}

/** Runs vitest once on the installed Node, showing its output, and returns the totals. */
export async function runVitest(args: string[], env: NodeJS.ProcessEnv): Promise<Totals> {
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-report-"));
  const file = path.join(folder, "report.json");
  const vitest = path.join(projectFolder, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  try {
    const words = [vitest, "run", ...reporters, ...args];
    const child = spawn(runtimeProgram("node"), words, {
      cwd: projectFolder,
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const [exitCode] = await once(child, "exit");
    const report = readReport(file);
    // Again in one place: a run's own words about a failure are far above its end.
    for (const failure of failuresOf(report)) {
      console.log(`failed: ${failure.replace(`${projectFolder}${path.sep}`, "")}`);
    }
    return totalsOf(report, exitCode as number | null);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return null;
  }
}
