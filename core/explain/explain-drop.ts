import type { ConsentFault } from "../consent/standing.ts";
import type { Evidence } from "../gates/gate.ts";
import type { DropReason } from "../send/send-job.ts";
import { overrideOf } from "../suppression/registers.ts";
import { dayWords } from "./day-words.ts";
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

/** What is wrong with the consent, and what to do. */
const CONSENT_FAULTS: Readonly<Record<ConsentFault | "refused" | "never-wrote", readonly [string, string]>> =
  {
    none: ["no consent is on record", "Record their consent on their page"],
    unknown: ["the consent on record has no known basis", "Record their consent on their page"],
    withdrawn: ["they withdrew their consent", "Only they can give it again"],
    expired: ["their consent has run out", "Ask them again, and record it"],
    "other-purpose": ["they agreed to texts for another purpose only", "Choose that purpose, or ask them"],
    "other-topic": ["they agreed to other topics only", "Choose a topic that they agreed to, or ask them"],
    "not-enough-for-marketing": [
      "the consent on record is not enough for marketing there",
      "Ask them for express consent, and record it",
    ],
    "no-event": [
      "inferred consent counts there only after a sale or the like, and none is on record",
      "Record what it follows from, or ask them for express consent",
    ],
    "event-not-enough": [
      "what their inferred consent follows from does not count there",
      "Ask them for express consent, and record it",
    ],
    "no-event-date": [
      "inferred consent ends there by law, and the day of its event is not on record",
      "Record that day, or ask them for express consent",
    ],
    "no-evidence": [
      "there is no proof of their consent on record, and the law there requires it",
      "Record their consent with how and when they gave it",
    ],
    "no-wording": [
      "the wording that they agreed to is not on record, and the law there requires written consent",
      "Record their consent with its wording, or import the file again with it",
    ],
    refused: ["they don't want such texts", "Their page shows what they still want"],
    "never-wrote": ["they never wrote, so this is no reply", "Send a campaign to them instead"],
  };

/** What the register's rule lets a message pass. */
const OVERRIDES = {
  written: "By its rule a consent whose wording is on record would override that.",
  express: "By its rule an express consent would override that.",
  none: "No consent on record overrides that.",
};

/** One sentence for each reason to refuse a message. */
export const DROP_SENTENCES: Readonly<Record<DropReason, (details: DropDetails) => string>> = {
  "Invalid phone": ({ who, evidence }) =>
    `Not sent to ${who}: ${PHONE_FAULTS[String(evidence.fault)] ?? "the number cannot receive texts"}${detail(evidence.lineType)}.`,
  "Trial mode": ({ who }) =>
    `Not sent: it was launched in trial mode, which texts only the team's own numbers, and ${who} is none of them.`,
  "Do not contact": ({ who, evidence, clocks }) =>
    typeof evidence.list === "string"
      ? `Not sent: ${who} is on the suppression list “${evidence.list}” of ${dayWords(evidence.downloadedOn)}, which stops marketing. ${OVERRIDES[overrideOf(String(evidence.register))]}`
      : `Not sent: ${who} is on the do-not-contact list${since(evidence, clocks)}${detail(evidence.source)}.`,
  Consent: ({ who, evidence }) => {
    const fault = String(evidence.fault);
    const [wrong, remedy] = isConsentFault(fault)
      ? CONSENT_FAULTS[fault]
      : ["consent is missing", "Record their consent on their page"];
    // A country says where "there" is. A reply to nobody is one nowhere.
    const country = fault === "never-wrote" ? undefined : evidence.country;
    const about = fault === "refused" ? evidence.refused : country;
    return `Not sent to ${who}: ${wrong}${detail(about)}${ownLaw(evidence)}. ${remedy}.`;
  },
  Duplicate: ({ who, evidence }) =>
    typeof evidence.mergedInto === "string"
      ? `Not sent: this contact was merged into another, and campaigns text ${who} on the preferred number only.`
      : `Not sent: ${who} already gets this campaign, on this number or another of theirs.`,
  "Frequency cap": ({ who }) =>
    `Not sent: ${who} has reached the limit on texts, and this one expires before the next may go.`,
  Expired: expired,
  "Send time passed": ({ who, evidence }) =>
    `Not sent: it was past ${evidence.wantedTime ?? "the chosen time"} for ${who} when the campaign launched, and the campaign skips people for whom it has passed.`,
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

/** The law that the platform's operator had set for the country, and its source. */
function ownLaw({ law, ruleSource }: Evidence): string {
  return typeof law === "string" && typeof ruleSource === "string" ? ` by ${law} (${ruleSource})` : "";
}

const isConsentFault = (fault: string): fault is keyof typeof CONSENT_FAULTS =>
  Object.hasOwn(CONSENT_FAULTS, fault);

/** A code or word in brackets, for detail. */
function detail(word: Evidence[string] | undefined): string {
  return word === undefined || word === null ? "" : ` (${word})`;
}
