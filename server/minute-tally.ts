import { isConnectionFault } from "@smscrm/db/connection-faults";
import type { ServiceTally } from "@smscrm/db/service-minutes";

/** The objective for answers: half a second. */
const FAST_MS = 500;
/** What people and tools wait for. Uploads last as long as the file, streams as long as the page; health is not work. */
const COUNTED = /^\/(trpc|tenants)\//;

export type MinuteTally = ReturnType<typeof createMinuteTally>;

const NOTHING: ServiceTally = { requests: 0, requestsFast: 0, requestsFailed: 0, databaseFailures: 0 };

/** Counts what this process sees until somebody writes it down. */
export function createMinuteTally() {
  let tally = { ...NOTHING };
  return {
    observe(path: string, status: number, ms: number): void {
      if (!COUNTED.test(path)) return;
      tally.requests += 1;
      if (ms < FAST_MS) tally.requestsFast += 1;
      if (status >= 500) tally.requestsFailed += 1;
    },
    /** Every error of ours comes by; those of a lost database count. */
    failedWith(error: unknown): void {
      if (isConnectionFault(error)) tally.databaseFailures += 1;
    },
    /** Hands over what was counted and begins anew. */
    take(): ServiceTally {
      const taken = tally;
      tally = { ...NOTHING };
      return taken;
    },
    /** What was taken could not be written: it counts with the next. */
    giveBack(taken: ServiceTally): void {
      for (const name of Object.keys(NOTHING) as (keyof ServiceTally)[]) tally[name] += taken[name];
    },
  };
}
