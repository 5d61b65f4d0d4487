import type { Evidence } from "../gates/gate.ts";
import type { DropReason } from "../send/send-job.ts";
import { type Clocks, spokenMoment } from "./spoken-time.ts";

/** The details for a sentence about a refused message. */
export interface DropDetails {
  who: string;
  evidence: Evidence;
  clocks: Clocks;
}

const PHONE_FAULTS: Readonly<Record<string, string>> = {
  format: "the number is not a complete international number",
  country: "the number belongs to no country we know",
  "line-type": "a number of this kind cannot receive texts",
  carrier: "the carrier says that the number does not work",
};

const CONSENT_FAULTS: Readonly<Record<string, string>> = {
  none: "no consent is on record",
  unknown: "the consent on record has no known basis",
  withdrawn: "they withdrew their consent",
  expired: "their consent has run out",
  "other-purpose": "they agreed to texts for another purpose only",
  "no-evidence": "there is no proof of their consent on record, and the law there requires it",
  "not-enough-for-marketing": "the consent on record is not enough for marketing there",
};

/** One sentence for each reason to refuse a message. */
export const DROP_SENTENCES: Readonly<Record<DropReason, (details: DropDetails) => string>> = {
  "Invalid phone": ({ who, evidence }) =>
    `Not sent to ${who}: ${PHONE_FAULTS[String(evidence.fault)] ?? "the number cannot receive texts"}${detail(evidence.lineType)}.`,
  "Do not contact": ({ who, evidence, clocks }) =>
    `Not sent: ${who} is on the do-not-contact list${since(evidence, clocks)}${detail(evidence.source)}.`,
  Consent: ({ who, evidence }) =>
    `Not sent to ${who}: ${CONSENT_FAULTS[String(evidence.fault)] ?? "consent is missing"}${detail(evidence.country)}.`,
  Duplicate: ({ who }) => `Not sent: ${who} already gets this campaign on the same number.`,
  "Frequency cap": ({ who }) =>
    `Not sent: ${who} has reached the limit on texts, and this one expires before the next may go.`,
  Expired: expired,
  Content: ({ who, evidence }) =>
    typeof evidence.missingField === "string"
      ? `Not sent: the text for ${who} would have a gap, because ${evidence.missingField} is blank. Give it a fallback: {{${evidence.missingField}|…}}.`
      : `Not sent: the text for ${who} is empty, or longer than the carrier accepts${detail(evidence.fault)}.`,
  "No price": ({ who }) =>
    `Not sent: there is no price for the country of ${who}, and nothing is sent without one.`,
  "Provider error": ({ who, evidence }) =>
    `Not sent: the carrier refused the text to ${who}${detail(evidence.code)}.`,
  Undelivered: ({ who, evidence }) => `Sent, but it did not reach ${who}${detail(evidence.code)}.`,
  Canceled: ({ who }) => `Not sent: someone canceled it before it went to ${who}.`,
};

function expired({ who, evidence, clocks }: DropDetails): string {
  if (evidence.fault === "taken-back") return `Not sent: ${who} has lifted the opt-out.`;
  const at = dateOf(evidence.expiresAt);
  const moment = at ? ` at ${spokenMoment(at, clocks)}` : "";
  if (typeof evidence.blockedFor !== "string") return `Not sent: it expired${moment}.`;
  const expires = at !== null && at <= clocks.now ? "expired" : "expires";
  return `Not sent: it ${expires}${moment}, before it could go (${evidence.blockedFor.toLowerCase()}).`;
}

function since({ since }: Evidence, clocks: Clocks): string {
  const at = dateOf(since);
  return at ? ` since ${spokenMoment(at, clocks)}` : "";
}

function dateOf(iso: Evidence[string] | undefined): Date | null {
  const at = typeof iso === "string" ? new Date(iso) : null;
  return at !== null && !Number.isNaN(at.getTime()) ? at : null;
}

/** A code or word in brackets, for detail. */
function detail(word: Evidence[string] | undefined): string {
  return word === undefined || word === null ? "" : ` (${word})`;
}
