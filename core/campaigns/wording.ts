import table from "../data/required-wording.json" with { type: "json" };
import type { SenderType } from "../price/pricing.ts";
import type { BodyCheck } from "./campaign.ts";

/**
 * What one country's law or carriers require in a marketing text, and of its sender. Every country requires the
 * sender's name and a way to opt out.
 */
export interface RequiredWording {
  /** ISO 3166-1 alpha-2; null for the row of all countries without one. */
  country: string | null;
  /** How to reach the sender, in the text or behind a link in it. */
  contact: "warning" | "none";
  /** `refused`: carriers take no names as senders there; `registered`: only ones on the country's register. */
  alphanumeric: "allowed" | "registered" | "refused";
  /** The word that the opt-out instruction must use. */
  word?: string;
  /** Required in the first text of a programme. */
  first?: readonly string[];
  law: string;
  confidence: string;
}

const rows = table.rows as readonly RequiredWording[];
const elsewhere = table.elsewhere as RequiredWording;

/** Returns the row of a country, or the general one. */
export function requiredWording(country: string | null): RequiredWording {
  return rows.find((row) => row.country === country) ?? elsewhere;
}

export interface WordingInput {
  /** The audience's countries: ISO 3166-1 alpha-2, each at least once. */
  countries: readonly string[];
  /** The kinds of sender that the text goes from. */
  senderKinds: readonly SenderType[];
  /** The name that the text must contain; null if it is not known. */
  senderName: string | null;
}

/** A link to open, or a number to text or call: an opt-out method for senders that nobody can reply to. */
const LINK = /\bhttps?:\/\/\S|(?:[a-z0-9-]+\.)+[a-z]{2,}\/\S/iu;
const NUMBER = /\+\d[\d ()-]{6,}|\b0[\d ()-]{7,}|\b1[38]00[\d ()-]{6,}|\b13 ?\d\d ?\d\d\b|\b36\d{3}\b/u;
const EMAIL = /\S@\S+\.\S/u;
const OPT_OUT = /\b(?:stop|unsubscribe|unsub|opt[ -]?out|arr[eê]t|abmelden)\b/iu;
const REPLY = /\b(?:reply|text|txt|send|répondez|antworten?)\b/iu;

/**
 * Returns what a marketing text lacks for its countries and senders. Errors stop a launch: there is no opt-out
 * method, or no way to send. Warnings are for the author to decide: a name may be in a merge field. Each is a
 * sentence that says what to do and names the law. Not for messages that the recipient asked for.
 */
export function wordingProblems(
  body: string,
  { countries, senderKinds, senderName }: WordingInput,
): BodyCheck {
  const here = [...new Set(countries)].map(requiredWording);
  const alphanumeric = senderKinds.includes("alphanumeric");
  const errors = alphanumeric ? [...refusedSenders(here), ...missingOptOutMethod(body)] : [];
  const warnings = [
    ...unnamed(body, here, senderName),
    ...withoutOptOut(body, here),
    ...withoutWord(body, here),
    ...withoutContact(body, here),
    ...firstText(body, here),
    ...(alphanumeric ? unregistered(here) : []),
  ];
  return { errors, warnings };
}

type Rows = readonly RequiredWording[];

/** "AU, CA". Only for rows of countries: the general row has no country to name. */
function countryList(found: Rows): string {
  return found.map(({ country }) => country).join(", ");
}

function lawsOf(found: Rows): string {
  return found.map(({ law }) => law).join("; ");
}

function refusedSenders(here: Rows): string[] {
  const found = here.filter((row) => row.alphanumeric === "refused");
  if (found.length === 0) return [];
  return [`A sender name can't text people in ${countryList(found)}: send from a number there.`];
}

/** Whether the text offers an opt-out method other than a reply: a link, an address or a number. */
export function offersOptOutMethod(text: string): boolean {
  return LINK.test(text) || EMAIL.test(text) || NUMBER.test(text);
}

/** Nobody can reply to a name, so "Reply STOP" would be a false promise. */
function missingOptOutMethod(body: string): string[] {
  if (offersOptOutMethod(body)) return [];
  const promise = OPT_OUT.test(body) && REPLY.test(body) ? " (nobody can reply STOP to it)" : "";
  return [
    `A text from a sender name can't be answered${promise}: add a link, an address or a number where people can opt out.`,
  ];
}

function unnamed(body: string, here: Rows, senderName: string | null): string[] {
  const name = senderName?.trim() ?? "";
  if (here.length === 0 || name === "" || folded(body).includes(folded(name))) return [];
  return [`The text does not say who sends it: put "${name}" in it (${lawsOf(here)}).`];
}

function withoutOptOut(body: string, here: Rows): string[] {
  if (here.length === 0 || OPT_OUT.test(body)) return [];
  return [`The text does not say how to opt out: add for example "Reply STOP to opt out" (${lawsOf(here)}).`];
}

/** The word is required beside any other opt-out method. Without an opt-out at all, another warning says so. */
function withoutWord(body: string, here: Rows): string[] {
  return here
    .filter(({ word }) => word !== undefined && OPT_OUT.test(body) && !folded(body).includes(folded(word)))
    .map(
      ({ country, word, law }) =>
        `In ${country} the opt-out instruction must contain the word ${word} (${law}).`,
    );
}

function withoutContact(body: string, here: Rows): string[] {
  const found = here.filter((row) => row.contact === "warning");
  if (found.length === 0 || offersOptOutMethod(body)) return [];
  return [
    `The text does not say how to reach the sender: in ${countryList(found)} this must be in the text or behind a link (${lawsOf(found)}).`,
  ];
}

function firstText(body: string, here: Rows): string[] {
  return here.flatMap(({ country, first = [] }) => {
    const absent = first.filter((wanted) => !folded(body).includes(folded(wanted)));
    if (absent.length === 0) return [];
    return [`If this is the first text that people in ${country} get from you, add: ${absent.join(", ")}.`];
  });
}

function unregistered(here: Rows): string[] {
  const found = here.filter((row) => row.alphanumeric === "registered");
  if (found.length === 0) return [];
  return [
    `In ${countryList(found)} a sender name must be on the register of sender IDs: other names are shown as "Unverified".`,
  ];
}

/** Case, accents and spaces do not matter to a reader. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/\s+/gu, " ").trim().toLowerCase();
}
