import { readCountry } from "./country-name.ts";
import type { NormalisedPhone, PhoneFault } from "./phone.ts";
import { choosePhone, type PhoneRule, phonesOf } from "./phone-list.ts";
import { type ImportRejection, type RefusedRow, refused } from "./row-refusals.ts";

const REASONS: Readonly<Record<PhoneFault, ImportRejection>> = {
  Empty: "No phone number",
  "Not a number": "Not a number",
  "Spreadsheet damage": "Spreadsheet damage",
  Ambiguous: "Ambiguous number",
  "Too short": "Not valid in its country",
  "Too long": "Not valid in its country",
  "Not valid in its country": "Not valid in its country",
};

const DETAILS: Readonly<Record<PhoneFault, string>> = {
  Empty: "The phone cell is empty.",
  "Not a number": "The phone cell must have exactly one phone number.",
  "Spreadsheet damage": "A spreadsheet changed the number: export the column as text.",
  Ambiguous:
    "The cell can be read as more than one number: write it with + and its country code, digits only.",
  "Too short": "The number has too few digits.",
  "Too long": "The number has too many digits.",
  "Not valid in its country": "No such number is in use in its country.",
};

type Phone = Extract<NormalisedPhone, { ok: true }>;
type PhoneRefusal = Extract<NormalisedPhone, { ok: false }>;

/** The number to text, and the person's other numbers in E.164. */
export type RowPhones = Phone & { others: string[] };

export interface PhoneCells {
  /** The cells of a row that hold numbers, in order. */
  cells: readonly string[];
  /** The cell that names the country. */
  country: string;
  defaultCountry: string;
  rule: PhoneRule;
}

/**
 * Reads a row's numbers in its country, or in the import's, and chooses one. A number with + names its country itself,
 * so the country cell does not matter then. Any other number needs a known country: in a wrong one it is a stranger's
 * number. A cell that can't be read matters only if no other one has a number.
 */
export function phonesIn(
  { cells, country, defaultCountry, rule }: PhoneCells,
  warnings: string[],
): RowPhones | RefusedRow {
  const read = readCountry(country);
  const isHome = read.kind === "none" || (read.kind === "several" && read.codes.includes(defaultCountry));
  const home = read.kind === "country" ? read.code : isHome ? defaultCountry : null;
  const found = cells.map((cell) => phonesOf(cell, home ?? ""));
  const chosen = choosePhone(
    found.flatMap((phones) => (Array.isArray(phones) ? phones : [])),
    rule,
  );
  const fault = home === null ? countryFault(country, read.kind === "several" ? read.codes : []) : null;
  if (chosen) {
    if (fault !== null)
      warnings.push(`${fault} The number has its own country code, so it was read all the same.`);
    return { ...chosen.chosen, others: chosen.others.map(({ e164 }) => e164) };
  }
  const refusals = found.filter((phones): phones is PhoneRefusal => !Array.isArray(phones));
  const { reason } = refusals.find((refusal) => refusal.reason !== "Empty") ?? refusals[0]!;
  return fault === null || NO_NUMBER.has(reason)
    ? refused(REASONS[reason], DETAILS[reason])
    : refused("Country not known", fault);
}

/** What is no number in any country. */
const NO_NUMBER: ReadonlySet<PhoneFault> = new Set(["Empty", "Not a number", "Spreadsheet damage"]);

/** Returns the country that a cell names if a number belongs to another one. */
export function otherCountry(cell: string, ofNumber: string | null): string | null {
  const read = readCountry(cell);
  return read.kind === "country" && read.code !== ofNumber ? read.code : null;
}

function countryFault(cell: string, codes: readonly string[]): string {
  const name = cell.slice(0, 60);
  if (codes.length === 0) return `Country '${name}' isn't known: use its two-letter code, such as AU.`;
  if (codes.length === 1)
    return `Country '${name}' can mean ${codes[0]} or no value: write the country's name.`;
  return `Country '${name}' can mean ${codes.join(" or ")}: use a two-letter code.`;
}
