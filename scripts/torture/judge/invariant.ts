import type { Evidence } from "./evidence.ts";

/** A breach, with the message that it is about where there is one. */
export interface Breach {
  what: string;
  attemptId?: string;
  to?: string;
}

/** What was held against an invariant. Nothing tried is no success: it is said to be untried. */
export interface Finding {
  /** How many cases were looked at. */
  tried: number;
  /** What they were, in words. */
  cases: string;
  breaches: Breach[];
}

export interface Invariant {
  name: string;
  /** The promise, as the design states it. */
  says: string;
  examine(evidence: Evidence): Promise<Finding> | Finding;
}

export function violationsOf(evidence: Evidence, ...kinds: string[]): Breach[] {
  return evidence.violations.filter(({ what }) => kinds.includes(what)).map(({ text }) => ({ what: text }));
}
