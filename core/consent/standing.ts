import { type ConsentLaws, consentLawOf, inferredUntil } from "./consent-law.ts";
import { purposeRule } from "./purposes.ts";
import type { ConsentEvent, ConsentFacts, MessagePurpose } from "./terms.ts";

/** Why a consent does not allow a message. Ordered: the later, the less is missing. */
const CONSENT_FAULTS = [
  "none",
  "unknown",
  "other-purpose",
  "other-topic",
  "not-enough-for-marketing",
  "no-event",
  "event-not-enough",
  "no-event-date",
  "expired",
  "no-evidence",
  "no-wording",
  "withdrawn",
] as const;
export type ConsentFault = (typeof CONSENT_FAULTS)[number];

/** The message that consent is asked for. */
export interface ConsentQuestion {
  purpose: MessagePurpose;
  topic?: string | null;
  /** The country of the number, and that of the address if it differs: the law of both must allow it. */
  countries: readonly (string | null)[];
  /** The laws in force; absent: those shipped. */
  laws?: ConsentLaws | undefined;
}

/** Whether a person's consents allow a message. */
export type ConsentStanding =
  | {
      allowed: true;
      /** The consent that allows it; null for a message that needs none. */
      consent: ConsentFacts | null;
      /** When the last consent that allows it ends; null: never. */
      endsAt: Date | null;
    }
  | {
      allowed: false;
      fault: ConsentFault;
      /** The consent that comes nearest. */
      consent: ConsentFacts | null;
      /** The country whose law is in the way. */
      country: string | null;
    };

/**
 * Returns whether any of a person's consents allows a message, until when, and otherwise what is missing of the one that
 * comes nearest. The claim, the preflight and a contact's page all ask this function.
 */
export function consentStanding(
  consents: readonly ConsentFacts[],
  question: ConsentQuestion,
  now: Date,
): ConsentStanding {
  if (purposeRule(question.purpose).consent === "none") {
    const withdrawn = consents.find(({ basis }) => basis === "withdrawn");
    if (withdrawn === undefined) return { allowed: true, consent: null, endsAt: null };
  }
  let allowing: Extract<ConsentStanding, { allowed: true }> | null = null;
  let nearest: Extract<ConsentStanding, { allowed: false }> | null = null;
  for (const consent of consents) {
    const refusal = refusalOf(consent, question, now);
    if (refusal === null) {
      const endsAt = consentEnd(consent, question);
      if (endsAt === null) return { allowed: true, consent, endsAt };
      if (allowing === null || endsAt > allowing.endsAt!) allowing = { allowed: true, consent, endsAt };
    } else if (nearest === null || rank(refusal.fault) > rank(nearest.fault)) {
      nearest = { allowed: false, consent, ...refusal };
    }
  }
  const none = {
    allowed: false,
    fault: "none",
    consent: null,
    country: question.countries[0] ?? null,
  } as const;
  return allowing ?? nearest ?? none;
}

const rank = (fault: ConsentFault): number => CONSENT_FAULTS.indexOf(fault);

interface Refusal {
  fault: ConsentFault;
  country: string | null;
}

/** The first fault in any of the countries; the strictest law decides. */
function refusalOf(consent: ConsentFacts, question: ConsentQuestion, now: Date): Refusal | null {
  for (const country of question.countries) {
    const fault = consentFault(consent, question, country, now);
    if (fault !== null) return { fault, country };
  }
  return null;
}

/** Returns why one consent does not allow a message under the law of one country; null if it does. */
function consentFault(
  { basis, expiresAt, purposes, topics, evidence, event }: ConsentFacts,
  { purpose, topic, laws }: ConsentQuestion,
  country: string | null,
  now: Date,
): ConsentFault | null {
  if (basis === "unknown" || basis === "withdrawn") return basis;
  if (expiresAt !== null && expiresAt <= now) return "expired";
  if (purposes && !purposes.includes(purpose)) return "other-purpose";
  if (purposeRule(purpose).consent !== "marketing") return null;
  if (topics && !(topic && topics.includes(topic))) return "other-topic";
  const law = consentLawOf(country, laws);
  if (basis !== "express") {
    if (basis === "transactional" || law.rule === "express") return "not-enough-for-marketing";
    const fault = eventFault(event ?? null, country, now, laws);
    if (fault !== null) return fault;
  }
  if (law.evidence !== "kept" && !evidence) return "no-evidence";
  return law.evidence === "written" && !evidence!.wording ? "no-wording" : null;
}

/** Why an event does not give inferred consent. The term of the law ends it, even if the record has a later end. */
function eventFault(
  event: ConsentFacts["event"] | null,
  country: string | null,
  now: Date,
  laws: ConsentLaws | undefined,
): ConsentFault | null {
  const { events } = consentLawOf(country, laws);
  if (events === null) return null;
  if (!event) return "no-event";
  const months = events[event.kind];
  if (months === undefined) return "event-not-enough";
  if (months === null) return null;
  if (event.at === null || isImplausible(event, now)) return "no-event-date";
  return inferredUntil(country, event, laws)! <= now ? "expired" : null;
}

/** A contract and a membership may end in the future; a sale can't lie there. */
const isImplausible = ({ kind, at }: ConsentEvent, now: Date): boolean =>
  kind !== "contract" && kind !== "membership" && at! > now;

/**
 * Returns when a consent ends: the end that its record states or the term of the law, whichever is first. Null: never.
 */
export function consentEnd(
  { basis, expiresAt, event }: ConsentFacts,
  { purpose, countries, laws }: Pick<ConsentQuestion, "purpose" | "countries" | "laws">,
): Date | null {
  if (basis !== "inferred" || !event || purposeRule(purpose).consent !== "marketing") return expiresAt;
  let end = expiresAt;
  for (const country of countries) {
    const until = inferredUntil(country, event, laws);
    if (until !== null && (end === null || until < end)) end = until;
  }
  return end;
}
