import { consentLawOf } from "../consent/consent-law.ts";
import { refusedKey } from "../consent/preferences.ts";
import { type ConsentStanding, consentStanding } from "../consent/standing.ts";
import { answersConversation } from "./answering.ts";
import { confirmsOptOut } from "./do-not-contact.ts";
import { drop, type Evidence, type GateAnswer, type MessageFacts, PASS } from "./gate.ts";
import { isRequested } from "./requested.ts";
import { countriesOf } from "./suppression.ts";

/** What of a message's facts the gate reads. */
export type ConsentGateFacts = Pick<
  MessageFacts,
  | "consents"
  | "phone"
  | "purpose"
  | "topic"
  | "refused"
  | "addressCountry"
  | "isReply"
  | "answering"
  | "requested"
  | "book"
> &
  Partial<Pick<MessageFacts, "confirmsOptOutOf" | "doNotContact" | "signedUpAt">>;

/**
 * Obeys the consent law of the recipient's country (see consent/consent-law.ts) for the message's purpose (see
 * consent/purposes.ts), and the purposes and topics that the person refused. A person who wrote to us may be answered,
 * unless they withdrew their consent (see answering), and so may the owner of a number who asked for tests (see
 * requested); a reply to somebody who never wrote is none. The confirmation of an opt-out goes even after a withdrawal.
 * The one question that a sign-up form asked for needs no other consent, but it obeys the hours: anybody can type a
 * number into a form.
 */
export function consent(facts: ConsentGateFacts, now: Date): GateAnswer {
  const {
    consents,
    phone,
    purpose = "marketing",
    topic = null,
    isReply = false,
    answering,
    refused = [],
  } = facts;
  if (confirmsOptOut({ ...facts, doNotContact: facts.doNotContact ?? null }, now)) return PASS;
  const isWithdrawn = consents.some(({ basis }) => basis === "withdrawn");
  const isAsked = answersConversation(facts, now) || asksSignUp(facts, now) || isRequested(facts);
  if (!isWithdrawn && isAsked) return PASS;
  const { country } = phone;
  if (isReply && !answering && !isWithdrawn)
    return drop("Consent", { fault: "never-wrote", basis: basisOf(facts), country });
  const preference = isWithdrawn ? null : refusedKey(refused, { purpose, topic });
  if (preference !== null)
    return drop("Consent", { fault: "refused", refused: preference, basis: basisOf(facts), country });
  const standing = consentStandingOf(facts, now);
  return standing.allowed
    ? PASS
    : drop("Consent", { ...evidenceOf(standing, { purpose, topic }), ...ownLaw(facts, standing.country) });
}

/** How long after a form was filled in its question may go: it waits for the morning, and no longer. */
export const SIGN_UP_QUESTION_HOURS = 24;

function asksSignUp({ signedUpAt }: ConsentGateFacts, now: Date): boolean {
  if (!signedUpAt) return false;
  const sinceMs = now.getTime() - signedUpAt.getTime();
  return sinceMs >= 0 && sinceMs < SIGN_UP_QUESTION_HOURS * 3_600_000;
}

/** Returns how a person's consents stand to a message, by its facts. */
export function consentStandingOf(facts: ConsentGateFacts, now: Date): ConsentStanding {
  const { consents, purpose = "marketing", topic = null, book } = facts;
  return consentStanding(
    consents,
    { purpose, topic, countries: countriesOf(facts), laws: book?.consent },
    now,
  );
}

/** Returns the basis of the consent that a message relies on; for an answer, the one on record. Null: none. */
export function consentUsed(facts: ConsentGateFacts, now: Date): string | null {
  const standing = consentStandingOf(facts, now);
  return (standing.consent ?? facts.consents[0])?.basis ?? null;
}

/** A rule that the platform's operator set, with its source: it may be another one tomorrow. */
function ownLaw({ book }: ConsentGateFacts, country: string | null): Evidence {
  const { version, law, source } = consentLawOf(country, book?.consent);
  return version === undefined ? {} : { law, ruleSource: source!, ruleVersion: version };
}

const basisOf = ({ consents }: ConsentGateFacts): string => consents[0]?.basis ?? "none";

function evidenceOf(
  { fault, consent, country }: Extract<ConsentStanding, { allowed: false }>,
  { purpose, topic }: { purpose: string; topic: string | null },
): Evidence {
  const event = consent?.event ?? null;
  return {
    fault,
    basis: consent?.basis ?? "none",
    country,
    purpose,
    ...(topic !== null && { topic }),
    ...(event !== null && { event: event.kind, eventAt: event.at?.toISOString() ?? null }),
  };
}
