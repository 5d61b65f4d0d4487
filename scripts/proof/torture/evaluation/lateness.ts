import { SUBMISSION_LIMIT_MS } from "@smscrm/core/send/send-job";
import type { Evidence, Submission } from "./evidence.ts";

/**
 * Allows for clocks that tick in milliseconds, and for the difference between the database's clock and the
 * processes'.
 */
const TICK_MS = 3;
/** On a loaded machine a request may take this long from its start until the carrier reads its clock. */
const ON_THE_WAY_MS = 1_500;

/**
 * Returns how much too late a submission was for a limit, or null. The start of its request counts, as its sender
 * recorded it; the arrival at the carrier bounds that time. A request that had started before its process was stopped
 * by SIGSTOP arrives when the process wakes: no program can take it back.
 */
export function tooLateFor(evidence: Evidence, submission: Submission, limit: number): number | null {
  if (submission.at <= limit + TICK_MS) return null;
  const attempt = evidence.attempts.get(submission.attemptId);
  // A dead process left no record, but it had to start within the limit of its claim.
  const began = attempt?.startedAt ?? (attempt ? attempt.claimedAt + SUBMISSION_LIMIT_MS : submission.at);
  if (began > limit + TICK_MS) return Math.round(began - limit);
  if (submission.at <= limit + ON_THE_WAY_MS) return null;
  const stoodStill = evidence.environment.freezes.some(
    ({ from, until }) => from < submission.at && until > began - 100,
  );
  return stoodStill ? null : Math.round(submission.at - limit);
}
