import { refusedKey } from "../consent/preferences.ts";
import { type ConsentStanding, consentStanding } from "../consent/standing.ts";
import { answersConversation } from "./answering.ts";
import { confirmsOptOut } from "./do-not-contact.ts";
import { drop, type Evidence, type GateAnswer, type MessageFacts, PASS } from "./gate.ts";
import { isRequested } from "./requested.ts";

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
> &
  Partial<Pick<MessageFacts, "confirmsOptOutOf" | "doNotContact">>;

/**
 * Obeys the consent law of the recipient's country (see consent/consent-law.ts) for the message's purpose (see
 * consent/purposes.ts), and the purposes and topics that the person refused. A person who wrote to us may be answered,
 * unless they withdrew their consent (see answering), and so may the owner of a number who asked for tests (see requested); a
 * reply to somebody who never wrote is none. The confirmation of
 * an opt-out goes even after a withdrawal.
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
  if (!isWithdrawn && (answersConversation(facts, now) || isRequested(facts))) return PASS;
  const { country } = phone;
  if (isReply && !answering && !isWithdrawn)
    return drop("Consent", { fault: "never-wrote", basis: basisOf(facts), country });
  const preference = isWithdrawn ? null : refusedKey(refused, { purpose, topic });
  if (preference !== null)
    return drop("Consent", { fault: "refused", refused: preference, basis: basisOf(facts), country });
  const standing = consentStandingOf(facts, now);
  return standing.allowed ? PASS : drop("Consent", evidenceOf(standing, { purpose, topic }));
}

/** Returns how a person's consents stand to a message, by its facts. */
export function consentStandingOf(
  { consents, phone, addressCountry = null, purpose = "marketing", topic = null }: ConsentGateFacts,
  now: Date,
): ConsentStanding {
  const isAbroad = addressCountry !== null && addressCountry !== phone.country;
  const countries = isAbroad ? [phone.country, addressCountry] : [phone.country];
  return consentStanding(consents, { purpose, topic, countries }, now);
}

/** Returns the basis of the consent that a message relies on; for an answer, the one on record. Null: none. */
export function consentUsed(facts: ConsentGateFacts, now: Date): string | null {
  const standing = consentStandingOf(facts, now);
  return (standing.consent ?? facts.consents[0])?.basis ?? null;
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
