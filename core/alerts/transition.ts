import { type AlertRule, CLEAR_AFTER_SECONDS } from "./rules.ts";

/** An alert that is not over. */
export interface ActiveAlert {
  state: "pending" | "open";
  since: Date;
  evaluatedAt: Date;
  clearSince: Date | null;
}

export type Transition =
  | { to: "none" }
  /** It was pending, and its condition no longer holds. Nobody was notified, so no notice follows. */
  | { to: "forgotten" }
  | { to: "pending"; since: Date }
  | { to: "opened"; since: Date }
  | { to: "open"; clearSince: Date | null }
  | { to: "resolved" };

/** A longer gap between two evaluations (all workers were down) proves nothing about the time between them. */
const GAP_SECONDS_MAX = 120;

/**
 * Returns the next step of one alert. It opens when the condition has held for as long as the rule says. It resolves
 * when the condition has not held for `CLEAR_AFTER_SECONDS`. So it opens once and resolves once, even if the
 * condition flickers.
 */
export function nextStep(
  rule: Pick<AlertRule, "holdsForSeconds">,
  before: ActiveAlert | null,
  holds: boolean,
  now: Date,
): Transition {
  const gap = before !== null && secondsBetween(before.evaluatedAt, now) > GAP_SECONDS_MAX;
  if (before?.state === "open") return holds ? { to: "open", clearSince: null } : clearing(before, gap, now);
  if (!holds) return before ? { to: "forgotten" } : { to: "none" };
  const since = before && !gap ? before.since : now;
  return secondsBetween(since, now) >= rule.holdsForSeconds
    ? { to: "opened", since }
    : { to: "pending", since };
}

function clearing(before: ActiveAlert, gap: boolean, now: Date): Transition {
  const clearSince = before.clearSince && !gap ? before.clearSince : now;
  return secondsBetween(clearSince, now) >= CLEAR_AFTER_SECONDS
    ? { to: "resolved" }
    : { to: "open", clearSince };
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1_000;
}
