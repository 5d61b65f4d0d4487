import type { BodyCheck } from "./campaign.ts";
import table from "./data/required-wording.json" with { type: "json" };
import type { SenderType } from "./pricing.ts";

/**
 * What one country's law or carriers want to read in a marketing text, and from what kind of sender. Who sends it and
 * how to get no more are asked for everywhere.
 */
export interface RequiredWording {
  /** ISO 3166-1 alpha-2; null for the row that serves where nothing is known. */
  country: string | null;
  /** How to reach the sender, in the text or behind a link in it. */
  contact: "warning" | "none";
  /** `refused`: carriers take no names as senders there; `registered`: only ones on the country's register. */
  alphanumeric: "allowed" | "registered" | "refused";
  /** A word that the way out must be written with. */
  word?: string;
  /** Wanted in the first text of a programme. */
  first?: readonly string[];
  law: string;
  confidence: string;
}

const rows = table.rows as readonly RequiredWording[];
const elsewhere = table.elsewhere as RequiredWording;

/** Which edition of the table decided. */
export const WORDING_VERSION: string = table.version;

/** The row of a country, else the general one. */
export function requiredWording(country: string | null): RequiredWording {
  return rows.find((row) => row.country === country) ?? elsewhere;
}

export interface WordingInput {
  /** Where the audience is: ISO 3166-1 alpha-2, each once is enough. */
  countries: readonly string[];
  /** What kinds of sender the text goes from. */
  senderKinds: readonly SenderType[];
  /** Whom the text must name; null where that is not known. */
  senderName: string | null;
}

/** An address to click, or a number to text or call: a way out that a sender without replies can offer. */
const LINK = /\bhttps?:\/\/\S|(?:[a-z0-9-]+\.)+[a-z]{2,}\/\S/iu;
const NUMBER = /\+\d[\d ()-]{6,}|\b0[\d ()-]{7,}|\b1[38]00[\d ()-]{6,}|\b13 ?\d\d ?\d\d\b|\b36\d{3}\b/u;
const EMAIL = /\S@\S+\.\S/u;
const OPT_OUT = /\b(?:stop|unsubscribe|unsub|opt[ -]?out|arr[eê]t|abmelden)\b/iu;
const REPLY = /\b(?:reply|text|txt|send|répondez|antworten?)\b/iu;

/**
 * What a marketing text lacks for the countries it goes to and the senders it goes from. Errors stop a launch:
 * there is no way out, or no way to send. Warnings are for the author to judge: a name may be in a merge field.
 * Each is a sentence that says what to do and names the law. Not for messages the person asked for.
 */
export function wordingProblems(
  body: string,
  { countries, senderKinds, senderName }: WordingInput,
): BodyCheck {
  const here = [...new Set(countries)].map(requiredWording);
  const alphanumeric = senderKinds.includes("alphanumeric");
  const errors = alphanumeric ? [...refusedSenders(here), ...noWayOut(body)] : [];
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

/** "AU, CA". What only the general row asks for is never told by place. */
function places(found: Rows): string {
  return found.map(({ country }) => country).join(", ");
}

function because(found: Rows): string {
  return found.map(({ law }) => law).join("; ");
}

function refusedSenders(here: Rows): string[] {
  const found = here.filter((row) => row.alphanumeric === "refused");
  if (found.length === 0) return [];
  return [`A name as the sender cannot text people in ${places(found)}: send from a number there.`];
}

/** Whether people who can't reply to the text can still get no more: by a link, an address or a number in it. */
export function offersWayOut(text: string): boolean {
  return LINK.test(text) || EMAIL.test(text) || NUMBER.test(text);
}

/** Nobody can reply to a name: "Reply STOP" would be a false promise, and no way out. */
function noWayOut(body: string): string[] {
  if (offersWayOut(body)) return [];
  const promise = OPT_OUT.test(body) && REPLY.test(body) ? " (nobody can reply STOP to it)" : "";
  return [
    `A text from a name cannot be answered${promise}: add a link, an address or a number by which people can opt out.`,
  ];
}

function unnamed(body: string, here: Rows, senderName: string | null): string[] {
  const name = senderName?.trim() ?? "";
  if (here.length === 0 || name === "" || folded(body).includes(folded(name))) return [];
  return [`The text does not say who sends it: put "${name}" in it (${because(here)}).`];
}

function withoutOptOut(body: string, here: Rows): string[] {
  if (here.length === 0 || OPT_OUT.test(body)) return [];
  return [
    `The text does not say how to get no more: add for example "Reply STOP to opt out" (${because(here)}).`,
  ];
}

/** Where another way out is offered, the word is still asked for; where none is, that was said already. */
function withoutWord(body: string, here: Rows): string[] {
  return here
    .filter(({ word }) => word !== undefined && OPT_OUT.test(body) && !folded(body).includes(folded(word)))
    .map(({ country, word, law }) => `In ${country} the way out is written with the word ${word} (${law}).`);
}

function withoutContact(body: string, here: Rows): string[] {
  const found = here.filter((row) => row.contact === "warning");
  if (found.length === 0 || offersWayOut(body)) return [];
  return [
    `The text does not say how to reach the sender: people in ${places(found)} must find that in it or behind a link (${because(found)}).`,
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
    `In ${places(found)} the name must be on the register of sender IDs: one that is not is shown as "Unverified".`,
  ];
}

/** Case, accents and spaces do not matter to a reader. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/\s+/gu, " ").trim().toLowerCase();
}
