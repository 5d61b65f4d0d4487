import { HAND_OVER_LIMIT_MS } from "@smscrm/core/send-job";
import type { Evidence, HandOver } from "./evidence.ts";

/** Clocks tick in milliseconds, and the database's and the processes' readings are not the same instant. */
const TICK_MS = 3;
/** On a loaded machine a request may take this long from its begin until the carrier's clock is read. */
const ON_THE_WAY_MS = 1_500;

/**
 * By how much a hand-over came too late for a limit: null where it did not. What counts is when its request began, as
 * its sender noted; the arrival at the carrier bounds that note from outside. A request that had begun when its
 * process was stopped by SIGSTOP arrives when the process is woken: no program can take it back.
 */
export function tooLateFor(evidence: Evidence, handOver: HandOver, limit: number): number | null {
  if (handOver.at <= limit + TICK_MS) return null;
  const attempt = evidence.attempts.get(handOver.attemptId);
  // A process that died took its note along; it had to begin within the limit of its claim.
  const began = attempt?.startedAt ?? (attempt ? attempt.claimedAt + HAND_OVER_LIMIT_MS : handOver.at);
  if (began > limit + TICK_MS) return Math.round(began - limit);
  if (handOver.at <= limit + ON_THE_WAY_MS) return null;
  const stoodStill = evidence.world.freezes.some(
    ({ from, until }) => from < handOver.at && until > began - 100,
  );
  return stoodStill ? null : Math.round(handOver.at - limit);
}
