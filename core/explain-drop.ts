import type { Looked } from "./gates/gate.ts";
import type { DropReason } from "./send-job.ts";
import { type Clocks, spokenMoment } from "./spoken-time.ts";

/** What a sentence about a refused message is made of. */
export interface DropTelling {
  who: string;
  looked: Looked;
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
  unknown: "nobody knows on what footing they may be texted",
  withdrawn: "they withdrew their consent",
  expired: "their consent has run out",
  "other-purpose": "they agreed to texts for another purpose only",
  "no-evidence": "there is no proof of their consent on record, and the law there asks for it",
  "not-enough-for-marketing": "the consent on record is not enough for marketing there",
};

/** One sentence for each reason not to send at all. */
export const DROP_SENTENCES: Readonly<Record<DropReason, (telling: DropTelling) => string>> = {
  "Invalid phone": ({ who, looked }) =>
    `Not sent to ${who}: ${PHONE_FAULTS[String(looked.fault)] ?? "the number cannot receive texts"}${detail(looked.lineType)}.`,
  "Do not contact": ({ who, looked, clocks }) =>
    `Not sent: ${who} is on the do-not-contact list${since(looked, clocks)}${detail(looked.source)}.`,
  Consent: ({ who, looked }) =>
    `Not sent to ${who}: ${CONSENT_FAULTS[String(looked.fault)] ?? "consent is missing"}${detail(looked.country)}.`,
  Duplicate: ({ who }) => `Not sent: ${who} already gets this campaign on the same number.`,
  "Frequency cap": ({ who }) =>
    `Not sent: ${who} has had enough texts, and may have the next only after this one expires.`,
  Expired: expired,
  Content: ({ who, looked }) =>
    typeof looked.missingField === "string"
      ? `Not sent: the text for ${who} would have a gap, because ${looked.missingField} is blank. Give it a fallback: {{${looked.missingField}|…}}.`
      : `Not sent: the text for ${who} is empty, or longer than the carrier takes${detail(looked.fault)}.`,
  "No price": ({ who }) =>
    `Not sent: there is no price for the country of ${who}, and nothing is sent unpriced.`,
  "Provider error": ({ who, looked }) =>
    `Not sent: the carrier refused the text to ${who}${detail(looked.code)}.`,
  Undelivered: ({ who, looked }) => `Sent, but it did not reach ${who}${detail(looked.code)}.`,
  Canceled: ({ who }) => `Not sent: somebody canceled it before it went to ${who}.`,
};

function expired({ looked, clocks }: DropTelling): string {
  const at = dateOf(looked.expiresAt);
  const moment = at ? ` at ${spokenMoment(at, clocks)}` : "";
  if (typeof looked.blockedFor !== "string") return `Not sent: it was too old, it expired${moment}.`;
  const expires = at !== null && at <= clocks.now ? "expired" : "expires";
  return `Not sent: it ${expires}${moment}, before it could go (${looked.blockedFor.toLowerCase()}).`;
}

function since({ since }: Looked, clocks: Clocks): string {
  const at = dateOf(since);
  return at ? ` since ${spokenMoment(at, clocks)}` : "";
}

function dateOf(iso: Looked[string] | undefined): Date | null {
  const at = typeof iso === "string" ? new Date(iso) : null;
  return at !== null && !Number.isNaN(at.getTime()) ? at : null;
}

/** A code or word that says more, in brackets. */
function detail(word: Looked[string] | undefined): string {
  return word === undefined || word === null ? "" : ` (${word})`;
}
