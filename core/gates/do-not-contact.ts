import { drop, type GateAnswer, type MessageFacts, PASS } from "./gate.ts";
import { type SuppressionGateFacts, suppression } from "./suppression.ts";

/** How long after an opt-out its confirmation may go: one message within five minutes (47 CFR 64.1200(a)(12)). */
export const CONFIRMATION_MINUTES = 5;

type Confirming = Pick<MessageFacts, "confirmsOptOutOf" | "doNotContact">;

/** Whether this is the one confirmation of the opt-out in force, and still in time. No other message may pass. */
export function confirmsOptOut(facts: Confirming, now: Date): boolean {
  return confirmationFault(facts, now) === null;
}

/**
 * Obeys the promise that nobody is texted after STOP, and the laws behind it: Spam Act 2003 (AU) schedule 2, 47 CFR
 * 64.1200(a)(10) (US), CASL (CA), UEM Act 2007 (NZ). They allow days; we allow none. There is no exception by
 * purpose, and an opt-out never lapses. The only text that goes is the confirmation of the opt-out itself, within
 * five minutes and without marketing. It does not go if the person has lifted the opt-out, or if someone else has
 * put them on the list since. Then the tenant's suppression lists are asked, which are about marketing only.
 */
export function doNotContact(facts: Confirming & SuppressionGateFacts, now: Date): GateAnswer {
  const { doNotContact, confirmsOptOutOf } = facts;
  if (confirmsOptOutOf) {
    const fault = confirmationFault(facts, now);
    if (fault === null) return PASS;
    if (fault !== "not-the-opt-out") return drop("Expired", { fault, expiresAt: endOf(confirmsOptOutOf) });
  }
  if (doNotContact === null) return suppression(facts, now);
  return drop("Do not contact", { since: doNotContact.since.toISOString(), source: doNotContact.source });
}

function confirmationFault(
  { confirmsOptOutOf, doNotContact }: Confirming,
  now: Date,
): "none" | "taken-back" | "not-the-opt-out" | "too-late" | null {
  if (!confirmsOptOutOf) return "none";
  if (doNotContact === null) return "taken-back";
  const isTheirs = doNotContact.source === "reply";
  if (!isTheirs || doNotContact.since.getTime() !== confirmsOptOutOf.getTime()) return "not-the-opt-out";
  const sinceMs = now.getTime() - confirmsOptOutOf.getTime();
  return sinceMs >= 0 && sinceMs < CONFIRMATION_MINUTES * 60_000 ? null : "too-late";
}

function endOf(optOutAt: Date): string {
  return new Date(optOutAt.getTime() + CONFIRMATION_MINUTES * 60_000).toISOString();
}
