import {
  type ClassifiedOutcome,
  classifySendOutcome,
  describeCarrierError,
  provesNothingSent,
} from "@smscrm/core/carrier-outcome";
import type { SendResult } from "@smscrm/db/settle";
import type { HandOver } from "../carrier/carrier.ts";

/** What is written for a hand-over, and what it means beyond this message. */
export interface Outcome {
  result: SendResult;
  classified: ClassifiedOutcome;
  code: number | null;
}

/**
 * Turns the carrier's answer into what is settled. An account-wide or configuration refusal is no fault of the
 * message: nothing was sent, so it goes back to the queue while somebody is told.
 */
export function outcomeOf(attemptId: string, handOver: HandOver, handedOverAt: Date, now: Date): Outcome {
  const code = handOver.kind === "refused" ? handOver.code : null;
  const httpStatus = handOver.kind === "no-answer" ? null : handOver.httpStatus;
  const classified = classify(handOver);
  const base = { attemptId, code, httpStatus };
  const of = (result: SendResult): Outcome => ({ result, classified, code });

  if (handOver.kind === "accepted") {
    const { sid, status: carrierStatus } = handOver;
    return of({ ...base, state: "accepted", sid, carrierStatus, handedOverAt });
  }
  if (classified.outcome === "unknown" || classified.outcome === "accepted") {
    return of({ ...base, state: "unknown", handedOverAt });
  }
  if (classified.outcome === "rejected" && !stopsEverything(classified)) {
    return of({
      ...base,
      state: "rejected",
      reason: classified.reason ?? "Provider error",
      handedOverAt,
      lesson: lessonOf(classified, code),
    });
  }
  const retryAt = new Date(now.getTime() + (classified.retryAfterMs ?? 60_000));
  return of({ ...base, state: "released", holdReason: "Carrier busy", retryAt });
}

/** The carrier refuses all messages of the account alike. */
export function stopsEverything(classified: ClassifiedOutcome): boolean {
  return classified.accountAction === "hold";
}

function classify(handOver: HandOver): ClassifiedOutcome {
  if (handOver.kind === "accepted")
    return classifySendOutcome({ kind: "response", httpStatus: handOver.httpStatus });
  if (handOver.kind === "refused")
    return classifySendOutcome({ kind: "response", httpStatus: handOver.httpStatus, code: handOver.code });
  const { cause } = handOver;
  return classifySendOutcome({ kind: provesNothingSent(cause) ? "not-sent" : "no-response", cause });
}

function lessonOf(classified: ClassifiedOutcome, code: number | null) {
  const { recipientAction } = classified;
  return recipientAction === "none" ? null : { action: recipientAction, why: describeCarrierError(code) };
}
