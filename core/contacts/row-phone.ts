import { readCountry } from "./country-name.ts";
import { normalisePhone, type PhoneFault } from "./phone.ts";
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

type FoundPhone = { ok: true; e164: string; country: string | null; lineType: string };

/**
 * Reads the number in its row's country, or in the import's. A number with + names its country itself, so the country
 * cell does not matter then. Any other number needs a known country: in a wrong one it is a stranger's number.
 */
export function phoneOf(
  raw: string,
  country: string,
  defaultCountry: string,
  warnings: string[],
): FoundPhone | RefusedRow {
  const read = readCountry(country);
  if (read.kind === "none" || read.kind === "country") {
    return foundPhone(normalisePhone(raw, read.kind === "country" ? read.code : defaultCountry));
  }
  if (read.kind === "several" && read.codes.includes(defaultCountry)) {
    return foundPhone(normalisePhone(raw, defaultCountry));
  }
  const abroad = normalisePhone(raw, "");
  const fault = countryFault(country, read.kind === "several" ? read.codes : []);
  if (abroad.ok) {
    warnings.push(`${fault} The number has its own country code, so it was read all the same.`);
    return abroad;
  }
  const isNoNumber =
    abroad.reason === "Empty" || abroad.reason === "Not a number" || abroad.reason === "Spreadsheet damage";
  return isNoNumber ? foundPhone(abroad) : refused("Country not known", fault);
}

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

function foundPhone(phone: ReturnType<typeof normalisePhone>): FoundPhone | RefusedRow {
  return phone.ok ? phone : refused(REASONS[phone.reason], DETAILS[phone.reason]);
}
