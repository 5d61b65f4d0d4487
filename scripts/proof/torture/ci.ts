import { closingLine, type Totals } from "../test/totals.ts";
import type { Options } from "./options.ts";
import { report } from "./report.ts";
import { torture } from "./run.ts";

const SMALL = { plain: 4, people: 300, tightTenants: 2, crowd: 5_200 };

/** Together the two run the targeted phases (the storm has the deaths at named points). Each ends with a short storm. */
const SHARES = [
  {
    mode: "embedded",
    phases: ["hours", "answers", "budget", "gates", "frozen-claims", "files", "conversations", "trespass"],
  },
  {
    mode: "redis",
    phases: [
      "hours",
      "tickets",
      "launches",
      "orphans",
      "callbacks",
      "handsets",
      "files",
      "conversations",
      "actions",
      "neighbours",
      "trespass",
    ],
  },
] as const;
const STORM_SECONDS = 15;
const SETTLE_LIMIT_SECONDS = 240;

/** Runs each mode for a short time, for CI. Each invariant counts as one test. */
export async function shortRuns(options: Options, say: (line: string) => void): Promise<Totals> {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const { mode, phases } of SHARES) {
    // One restore is enough for a run of CI.
    const restore = mode === "embedded";
    const short = { seconds: STORM_SECONDS, workers: 2, load: 150 };
    const here = { ...options, ...short, mode, restore, phases: [...phases] };
    try {
      const run = { options: here, size: SMALL, settleLimitSeconds: SETTLE_LIMIT_SECONDS, say };
      const result = await torture(run, (environment, evaluation) => report(environment, evaluation, say));
      totals.passed += result.held;
      totals.failed += result.broken;
      totals.skipped += result.untried;
    } catch (error) {
      say(`${mode}: ${(error as Error).stack}`);
      totals.failed += 1;
    }
  }
  say(closingLine(totals));
  return totals;
}
