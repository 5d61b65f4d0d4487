import { answersConversation } from "./answering.ts";
import { consentLawOf, inferredUntil } from "./consent-law.ts";
import { confirmsOptOut } from "./do-not-contact.ts";
import {
  type ConsentFacts,
  drop,
  type GateAnswer,
  type MessageFacts,
  type MessagePurpose,
  PASS,
} from "./gate.ts";

/**
 * Obeys the consent law of the recipient's country (see consent-law.ts). A transactional message needs any valid
 * basis. A transactional basis, or a consent for another purpose, never allows marketing. No record, unknown,
 * withdrawn and expired are all a "no". So is a consent without evidence where the law requires evidence: the sender
 * has the burden of proof. A person who wrote to us may be answered, unless they withdrew their consent (see
 * answering). The confirmation of an opt-out goes even then.
 */
export function consent(
  {
    consent,
    phone,
    answering,
    purpose = "marketing",
    ...optOut
  }: Pick<MessageFacts, "consent" | "phone" | "purpose" | "answering"> &
    Partial<Pick<MessageFacts, "confirmsOptOutOf" | "doNotContact">>,
  now: Date,
): GateAnswer {
  if (confirmsOptOut({ doNotContact: null, ...optOut }, now)) return PASS;
  if (consent?.basis !== "withdrawn" && answersConversation({ answering }, now)) return PASS;
  const fault = consent === null ? "none" : faultOf(consent, phone.country, purpose, now);
  if (fault === null) return PASS;
  return drop("Consent", { fault, basis: consent?.basis ?? "none", country: phone.country });
}

function faultOf(
  consent: ConsentFacts,
  country: string | null,
  purpose: MessagePurpose,
  now: Date,
): string | null {
  const { basis, expiresAt, purposes, evidence } = consent;
  if (basis === "unknown" || basis === "withdrawn") return basis;
  if (expiresAt !== null && expiresAt <= now) return "expired";
  if (purposes && !purposes.includes(purpose)) return "other-purpose";
  if (purpose === "transactional") return null;
  if (evidence === null && consentLawOf(country).evidence === "required") return "no-evidence";
  return basis === "express" ? null : inferredFault(consent, country, now);
}

/** The term of the law ends inferred consent, even if the record has a later end or none. */
function inferredFault({ basis, expiresAt, event }: ConsentFacts, country: string | null, now: Date) {
  const { rule } = consentLawOf(country);
  if (basis !== "inferred" || rule === "express") return "not-enough-for-marketing";
  const lawfulUntil = event ? inferredUntil(country, event) : null;
  if (lawfulUntil !== null && lawfulUntil <= now) return "expired";
  const ends = expiresAt !== null || lawfulUntil !== null;
  return rule === "express-or-inferred" || ends ? null : "not-enough-for-marketing";
}
