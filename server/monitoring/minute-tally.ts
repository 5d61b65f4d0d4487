import type { ServiceTally } from "@smscrm/db/monitoring/service-minutes";
import { isConnectionFault } from "@smscrm/db/postgres/connection-faults";

/** The objective for response times: half a second. */
const FAST_MS = 500;
/**
 * Requests that people and tools wait for. An upload lasts as long as its file and a stream as long as its page;
 * health checks are no work.
 */
const COUNTED = /^\/(trpc|tenants)\//;

const NOTHING: ServiceTally = { requests: 0, requestsFast: 0, requestsFailed: 0, databaseFailures: 0 };

/** Counts what this process sees until the counts are written. */
export function createMinuteTally() {
  let tally = { ...NOTHING };
  return {
    observe(path: string, status: number, ms: number): void {
      if (!COUNTED.test(path)) return;
      tally.requests += 1;
      if (ms < FAST_MS) tally.requestsFast += 1;
      if (status >= 500) tally.requestsFailed += 1;
    },
    /** Gets every error of ours, and counts those of a lost database. */
    failedWith(error: unknown): void {
      if (isConnectionFault(error)) tally.databaseFailures += 1;
    },
    /** Returns the counts and resets them. */
    take(): ServiceTally {
      const taken = tally;
      tally = { ...NOTHING };
      return taken;
    },
    /** Adds back counts that could not be written, so that the next write has them. */
    giveBack(taken: ServiceTally): void {
      for (const name of Object.keys(NOTHING) as (keyof ServiceTally)[]) tally[name] += taken[name];
    },
  };
}
