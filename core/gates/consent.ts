import { answersConversation } from "../answering.ts";
import { consentLawOf, inferredUntil } from "../consent-law.ts";
import {
  type ConsentFacts,
  drop,
  type GateAnswer,
  type MessageFacts,
  type MessagePurpose,
  PASS,
} from "./gate.ts";

export { MARKETING_CONSENT } from "../consent-law.ts";

/**
 * Obeys the consent law of the recipient's country (MARKETING_CONSENT). For what is not marketing any standing
 * basis will do; a purely transactional footing never carries marketing, nor does a consent that was given for
 * something else. No record, unknown, withdrawn and expired are all a "no", and so is one without evidence where
 * the law asks for it: the sender carries the burden of proof. Whoever wrote to us may be answered, unless consent
 * was withdrawn (see answering).
 */
export function consent(
  {
    consent,
    phone,
    answering,
    purpose = "marketing",
  }: Pick<MessageFacts, "consent" | "phone" | "purpose" | "answering">,
  now: Date,
): GateAnswer {
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

/** A term that the law sets ends inferred consent even where the record says later or nothing. */
function inferredFault({ basis, expiresAt, event }: ConsentFacts, country: string | null, now: Date) {
  const { rule } = consentLawOf(country);
  if (basis !== "inferred" || rule === "express") return "not-enough-for-marketing";
  const lawfulUntil = event ? inferredUntil(country, event) : null;
  if (lawfulUntil !== null && lawfulUntil <= now) return "expired";
  const ends = expiresAt !== null || lawfulUntil !== null;
  return rule === "express-or-inferred" || ends ? null : "not-enough-for-marketing";
}
