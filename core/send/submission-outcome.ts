import {
  type ClassifiedOutcome,
  classifySendOutcome,
  describeCarrierError,
  provesNothingSent,
  type RecipientAction,
} from "./carrier-outcome.ts";
import type { DropReason, HoldReason } from "./send-job.ts";

/** The carrier's answer to a submission. It is never an exception, and contains only codes. */
export type CarrierAnswer =
  | { kind: "accepted"; httpStatus: number; sid: string; status: string }
  | { kind: "refused"; httpStatus: number; code: number | null }
  | { kind: "no-answer"; cause: string };

/** The outcome of one submission. `released` needs proof that nothing was sent; `unknown` is never sent again by us. */
export type SendResult = { attemptId: string; code: number | null; httpStatus: number | null } & (
  | { state: "accepted"; sid: string; carrierStatus: string; submittedAt: Date }
  | {
      state: "rejected";
      reason: DropReason;
      submittedAt: Date;
      /** What the carrier's answer says about the recipient's number, and why. */
      feedback: { action: Exclude<RecipientAction, "none">; why: string } | null;
    }
  | { state: "released"; holdReason: HoldReason | null; retryAt: Date | null }
  | { state: "unknown"; submittedAt: Date }
);

/** The result to write for a submission, and what the answer means for the account and the campaign. */
export interface Outcome {
  result: SendResult;
  classified: ClassifiedOutcome;
  code: number | null;
}

/**
 * Turns the carrier's answer into a result to settle. An account-wide or configuration refusal is not the message's
 * fault: nothing was sent, so it returns to the queue and an alert is raised.
 */
export function outcomeOf(attemptId: string, answer: CarrierAnswer, submittedAt: Date, now: Date): Outcome {
  const code = answer.kind === "refused" ? answer.code : null;
  const httpStatus = answer.kind === "no-answer" ? null : answer.httpStatus;
  const classified = classify(answer);
  const base = { attemptId, code, httpStatus };
  const of = (result: SendResult): Outcome => ({ result, classified, code });

  if (answer.kind === "accepted") {
    const { sid, status: carrierStatus } = answer;
    return of({ ...base, state: "accepted", sid, carrierStatus, submittedAt });
  }
  if (classified.outcome === "unknown" || classified.outcome === "accepted") {
    return of({ ...base, state: "unknown", submittedAt });
  }
  if (classified.outcome === "rejected" && !stopsEverything(classified)) {
    return of({
      ...base,
      state: "rejected",
      reason: classified.reason!,
      submittedAt,
      feedback: feedbackOf(classified, code),
    });
  }
  const retryAt = new Date(now.getTime() + (classified.retryAfterMs ?? 60_000));
  return of({ ...base, state: "released", holdReason: "Carrier busy", retryAt });
}

/** Whether the carrier refuses all messages of the account. */
export function stopsEverything(classified: ClassifiedOutcome): boolean {
  return classified.accountAction === "hold";
}

function classify(answer: CarrierAnswer): ClassifiedOutcome {
  if (answer.kind === "accepted")
    return classifySendOutcome({ kind: "response", httpStatus: answer.httpStatus });
  if (answer.kind === "refused")
    return classifySendOutcome({ kind: "response", httpStatus: answer.httpStatus, code: answer.code });
  const { cause } = answer;
  return classifySendOutcome({ kind: provesNothingSent(cause) ? "not-sent" : "no-response", cause });
}

function feedbackOf(classified: ClassifiedOutcome, code: number | null) {
  const { recipientAction } = classified;
  return recipientAction === "none" ? null : { action: recipientAction, why: describeCarrierError(code) };
}
