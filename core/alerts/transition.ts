import { type AlertRule, CLEAR_AFTER_SECONDS } from "./rules.ts";

/** Where an alert that is not over stands. */
export interface Standing {
  state: "pending" | "open";
  since: Date;
  judgedAt: Date;
  clearSince: Date | null;
}

export type Transition =
  | { to: "none" }
  /** It was pending and its condition broke off: nobody was told, so nobody needs to know. */
  | { to: "forgotten" }
  | { to: "pending"; since: Date }
  | { to: "opened"; since: Date }
  | { to: "open"; clearSince: Date | null }
  | { to: "resolved" };

/** Nobody judged for longer than this (all workers were away): what was before proves nothing about the time between. */
export const LONGEST_GAP_SECONDS = 120;

/**
 * The next step of one alert. Opens when the condition has been seen to hold for as long as the rule says, resolves
 * when it has been seen not to hold for `CLEAR_AFTER_SECONDS`: so it opens once and resolves once, however it flickers.
 */
export function nextStep(
  rule: Pick<AlertRule, "holdsForSeconds">,
  before: Standing | null,
  holds: boolean,
  now: Date,
): Transition {
  const gap = before !== null && secondsBetween(before.judgedAt, now) > LONGEST_GAP_SECONDS;
  if (before?.state === "open") return holds ? { to: "open", clearSince: null } : clearing(before, gap, now);
  if (!holds) return before ? { to: "forgotten" } : { to: "none" };
  const since = before && !gap ? before.since : now;
  return secondsBetween(since, now) >= rule.holdsForSeconds
    ? { to: "opened", since }
    : { to: "pending", since };
}

function clearing(before: Standing, gap: boolean, now: Date): Transition {
  const clearSince = before.clearSince && !gap ? before.clearSince : now;
  return secondsBetween(clearSince, now) >= CLEAR_AFTER_SECONDS
    ? { to: "resolved" }
    : { to: "open", clearSince };
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1_000;
}
