import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";
import { filesToTryAgain, withoutFiles } from "./second-try.ts";
import { addTotals, failuresOf, type Report, type Totals, totalsOf } from "./totals.ts";

/** Variables that could lead a test to a real system or to another copy's data. Tests do not see them. */
const hidden =
  /^(DATABASE_URL|DATABASE_REPLICA_URL|REDIS_.*|TWILIO_.*|PAGERDUTY_.*|SLACK_.*|DATA_DIR|PUBLIC_URL|LOG_LEVEL|(\w+_)?PORT|RUNTIME)$/;

/** Returns the environment of tests: only a few of the machine's variables, and `more`. */
export function testEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !hidden.test(name));
  return { ...Object.fromEntries(kept), ...more, NODE_ENV: "test" };
}

/**
 * Runs vitest on the installed Node, shows its output, and returns the totals. In CI a failed browser journey is
 * retried once, and a line `FLAKY name` reports it: a flaky journey must be fixed, but does not fail the run.
 */
export async function runVitest(args: string[], env: NodeJS.ProcessEnv): Promise<Totals> {
  const { report, exitCode } = await runOnce(args, env);
  const again = process.env.CI ? filesToTryAgain(report) : [];
  if (!report || again.length === 0) {
    printFailures(report);
    return totalsOf(report, exitCode);
  }
  console.log(`retrying: ${again.map(relative).join(", ")}`);
  const second = await runOnce([...projectsOf(args), ...again], env);
  printFailures(second.report);
  const totals = totalsOf(second.report, second.exitCode);
  if (totals.failed === 0)
    for (const failure of failuresOf(report)) console.log(`FLAKY ${relative(failure)}`);
  return addTotals(totalsOf(withoutFiles(report, again), 0), totals);
}

const relative = (text: string) => text.replace(`${projectFolder}${path.sep}`, "");

/** Returns the options that choose projects, without the filters of files. */
function projectsOf(args: readonly string[]): string[] {
  return args.filter((each, index) => each.startsWith("--project") || args[index - 1] === "--project");
}

/** Prints failures again at the end, because their output is far above. */
function printFailures(report: Report | null): void {
  for (const failure of failuresOf(report)) console.log(`failed: ${relative(failure)}`);
}

async function runOnce(args: string[], env: NodeJS.ProcessEnv) {
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
    const [exitCode] = (await once(child, "exit")) as [number | null];
    return { report: readReport(file), exitCode };
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
