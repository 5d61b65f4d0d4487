import table from "../data/required-wording.json" with { type: "json" };
import type { BodyCheck } from "./campaign.ts";
import { shortenerWarnings } from "./link-shorteners.ts";
import { NUMBER, OPT_OUT, offersOptOutMethod } from "./opt-out-method.ts";
import type { RequiredWording } from "./required-wording-input.ts";
import {
  faultSentence,
  nearestFault,
  type RuledSender,
  type SenderFault,
  type SenderRules,
  senderFault,
  senderRule,
  textFaults,
  textFaultsIn,
} from "./sender-rules.ts";

/** What each country requires in a text. It never changes: a change makes another one. */
export type RequiredWordings = ReadonlyMap<string, RequiredWording>;

/** The wording of `core/data`. */
export const SHIPPED_WORDING: RequiredWordings = new Map(
  (table.rows as readonly RequiredWording[]).map((row) => [row.country, row]),
);
const elsewhere = table.elsewhere as Row;

/** A country's row, or the general one. */
type Row = Omit<RequiredWording, "country"> & { country: string | null };

/** Returns the row of a country, or the general one. */
export function requiredWording(country: string | null, wordings: RequiredWordings = SHIPPED_WORDING): Row {
  return (country !== null && wordings.get(country)) || elsewhere;
}

export interface WordingInput {
  /** The audience's countries: ISO 3166-1 alpha-2, each at least once. */
  countries: readonly string[];
  /** The senders that the tenant would send from now. */
  senders: readonly RuledSender[];
  /** The name that the text must contain; null if it is not known. */
  senderName: string | null;
  /** The rules in force; absent: those shipped. */
  book?: { readonly wording: RequiredWordings; readonly senders: SenderRules };
}

/** A country whose people no sender of the tenant may text with this text, and why. */
interface UnsendableCountry {
  country: string;
  fault: SenderFault;
}

/** A link to open, or an address to write to: beside a number, ways to reach the sender. */
const LINK = /\bhttps?:\/\/\S|(?:[a-z0-9-]+\.)+[a-z]{2,}\/\S/iu;
const EMAIL = /\S@\S+\.\S/u;

/**
 * Returns what a marketing text lacks for its countries and senders. Errors are about countries that no sender of the
 * tenant can text with it: the claim would hold those messages. Warnings are for the author to decide: a name may be in a
 * merge field. Each is a sentence that says what to do and names the law. Not for messages that the recipient asked for.
 */
export function wordingProblems(
  body: string,
  { countries, senders, senderName, book }: WordingInput,
): BodyCheck {
  const different = [...new Set(countries)];
  const here = different.map((country) => requiredWording(country, book?.wording));
  const errors = unsendableCountries(body, different, senders, { book })
    .filter(({ fault }) => fault !== "other-country")
    .map(({ country, fault }) =>
      asSentence(faultSentence(fault, country, senderRule(country, book?.senders))),
    );
  const warnings = [
    ...unnamed(body, here, senderName),
    ...withoutOptOut(body, here),
    ...withoutWord(body, here),
    ...withoutContact(body, here),
    ...firstText(body, here),
    ...shortenerWarnings(body),
  ];
  return { errors, warnings };
}

type Rows = readonly Row[];

/** "AU, CA". Only for rows of countries: the general row has no country to name. */
function countryList(found: Rows): string {
  return found.map(({ country }) => country).join(", ");
}

function lawsOf(found: Rows): string {
  return found.map(({ law }) => law).join("; ");
}

/**
 * Returns the countries where the claim would hold this text, because every sender there has a fault, or there is none.
 * A sender is judged only for its own country, as in the claim: a name in one country says nothing about another.
 */
export function unsendableCountries(
  body: string,
  countries: readonly string[],
  senders: readonly RuledSender[],
  { purpose, book }: { purpose?: string | undefined; book?: WordingInput["book"] } = {},
): UnsendableCountry[] {
  const faults = textFaults(body, book?.senders);
  const canOptOut = offersOptOutMethod(body);
  return countries.flatMap((country) => {
    const text = {
      ...(purpose !== undefined && { purpose }),
      offersOptOutMethod: canOptOut,
      textFaults: textFaultsIn(faults, country),
      book,
    };
    const found = senders
      .filter((sender) => sender.country === country)
      .map((sender) => senderFault(sender, text, country));
    if (found.includes(null)) return [];
    return [{ country, fault: nearestFault(found.filter((fault) => fault !== null)) }];
  });
}

const asSentence = (words: string) => `${words[0]!.toUpperCase()}${words.slice(1)}.`;

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
  if (found.length === 0 || LINK.test(body) || EMAIL.test(body) || NUMBER.test(body)) return [];
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

/** Case, accents and spaces do not matter to a reader. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/\s+/gu, " ").trim().toLowerCase();
}
