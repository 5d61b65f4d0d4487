/** The basis on which a person may be texted. `unknown` is never enough. */
export type ConsentBasis = GivenBasis | "unknown" | "withdrawn";

/** A basis that a person can give. */
export const GIVEN_BASES = ["express", "inferred", "transactional"] as const;
export type GivenBasis = (typeof GIVEN_BASES)[number];

/** The purpose of a message. The default is marketing, because its rules are the strictest. */
export const MESSAGE_PURPOSES = ["marketing", "transactional", "service", "emergency"] as const;
export type MessagePurpose = (typeof MESSAGE_PURPOSES)[number];

/** The events that inferred consent may follow from. `contract` and `membership`: the day it ended, or will end. */
export const CONSENT_EVENTS = [
  "purchase",
  "contract",
  "enquiry",
  "membership",
  "donation",
  "volunteering",
] as const;
export type ConsentEventKind = (typeof CONSENT_EVENTS)[number];

/** The event that inferred consent follows from. In some countries the consent ends some time after it. */
export interface ConsentEvent {
  kind: ConsentEventKind;
  /** Null: on record without its day, which is enough only where the law names no term. */
  at: Date | null;
}

/** The evidence of a consent that a person could show a regulator. */
interface ConsentEvidence {
  /** How it was given: a form, a keyword, paper or an imported file, as the consent record says. */
  kind: string;
  at: Date;
  /** Whether the wording that the person agreed to is on record. */
  wording?: boolean;
}

/** One consent of a person. An absent field is not on record. */
export interface ConsentFacts {
  basis: ConsentBasis;
  /** An end that the record states; the term of the law may end it earlier. */
  expiresAt: Date | null;
  /** The purposes they agreed to; absent: every purpose that the basis allows. */
  purposes?: readonly MessagePurpose[] | null;
  /** The topics of marketing they agreed to; absent: every topic. */
  topics?: readonly string[] | null;
  evidence?: ConsentEvidence | null;
  event?: ConsentEvent | null;
}
