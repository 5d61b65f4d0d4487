import type { Evidence } from "./evidence.ts";

/** A breach, with its message if there is one. */
export interface Breach {
  what: string;
  attemptId?: string;
  to?: string;
}

/** The result of checking an invariant. With nothing tried it is reported as untried, not as held. */
export interface Finding {
  /** How many cases were checked. */
  tried: number;
  /** A description of the cases. */
  cases: string;
  breaches: Breach[];
}

export interface Invariant {
  name: string;
  /** The promise, in the words of the design. */
  says: string;
  examine(evidence: Evidence): Promise<Finding> | Finding;
}

export function violationsOf(evidence: Evidence, ...kinds: string[]): Breach[] {
  return evidence.violations.filter(({ what }) => kinds.includes(what)).map(({ text }) => ({ what: text }));
}
