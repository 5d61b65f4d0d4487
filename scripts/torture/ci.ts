import { closingLine, type Totals } from "../test/totals.ts";
import type { Options } from "./options.ts";
import { report } from "./report.ts";
import { torture } from "./run.ts";

const SMALL = { plain: 4, people: 300, tightTenants: 2, crowd: 5_200 };

/** Together the two go through the targeted phases (deaths at named points are in the storm); each ends with a short storm. */
const SHARES = [
  { mode: "embedded", phases: ["hours", "answers", "budget", "gates", "frozen-claims", "trespass"] },
  { mode: "redis", phases: ["hours", "tickets", "launches", "orphans", "callbacks", "handsets", "trespass"] },
] as const;
const STORM_SECONDS = 15;
const SETTLE_LIMIT_SECONDS = 240;

/** A short run of each mode, for CI: each invariant counts as one test. */
export async function shortRuns(options: Options, say: (line: string) => void): Promise<Totals> {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const { mode, phases } of SHARES) {
    // One restore is enough for each run of CI.
    const restore = mode === "embedded";
    const short = { seconds: STORM_SECONDS, workers: 2, load: 150 };
    const here = { ...options, ...short, mode, restore, phases: [...phases] };
    try {
      const run = { options: here, size: SMALL, settleLimitSeconds: SETTLE_LIMIT_SECONDS, say };
      const result = await torture(run, (world, judgement) => report(world, judgement, say));
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
