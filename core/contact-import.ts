import { IANAZone } from "luxon";
import { countryOfName } from "./country-name.ts";
import type { ImportField, ImportMapping } from "./import-columns.ts";
import { lineTypeRefusal, normalisePhone, type PhoneFault } from "./phone.ts";
import { fieldName, MAX_FIELD_NAME_LENGTH } from "./template.ts";

export {
  checkHeader,
  guessMapping,
  IMPORT_FIELDS,
  type ImportField,
  type ImportMapping,
  MAX_IMPORT_COLUMNS,
} from "./import-columns.ts";

/** Why a row made no contact. Short and stable: rows are counted by it and it stands in the file of rejected rows. */
export const IMPORT_REJECTIONS = [
  "No phone number",
  "Not a number",
  "Spreadsheet damage",
  "Not valid in its country",
  "Landline",
  "Toll-free or special number",
  "Duplicate in file",
  "Too many columns",
  "Bad text",
] as const;
export type ImportRejection = (typeof IMPORT_REJECTIONS)[number];

export interface ImportOptions {
  /** ISO 3166-1 alpha-2: how a number without `+` is read where the row has no country of its own. */
  defaultCountry: string;
  /** Columns of the header; a row with more is refused, because its values may stand in the wrong ones. */
  columns?: number;
  /** Whether this number stood further up in the file. */
  seen?: (phoneE164: string) => boolean;
}

/** One contact as a row states it. Absent and blank are both null, which an import never writes over a value. */
export interface ImportedContact {
  phoneE164: string;
  country: string | null;
  lineType: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  postcode: string | null;
  state: string | null;
  city: string | null;
  /** IANA name. */
  timezone: string | null;
  tags: string[];
  /** Values of the tenant's own fields, by the one spelling of their names. */
  custom: Record<string, string>;
}

export type MappedRow =
  | { ok: true; contact: ImportedContact; warnings: string[] }
  | { ok: false; reason: ImportRejection; detail: string };

const MAX_CELL_LENGTH = 500;
const MAX_LENGTH: Readonly<Partial<Record<ImportField, number>>> = {
  first_name: 100,
  last_name: 100,
  full_name: 200,
  email: 254,
  postcode: 16,
  state: 64,
  city: 100,
  country: 64,
  timezone: 64,
};
const MAX_TAGS = 20;
const MAX_TAG_LENGTH = 50;

/**
 * Turns one row of a contact file into a contact, or says why not. Cells are trimmed and lose control characters; a NUL,
 * or a value too long to be what its column says, refuses the row. Cells that look like formulas are kept as the text
 * that they are. A wrong e-mail address or time zone is left out with a warning: the number is what matters.
 */
export function mapRow(row: readonly string[], mapping: ImportMapping, options: ImportOptions): MappedRow {
  const shape = shapeFault(row, options.columns);
  if (shape) return shape;
  const cell = (field: ImportField) => cleanCell(at(row, mapping[field]));
  const tooLong = lengthFault(cell, row, mapping);
  if (tooLong) return tooLong;
  const phone = phoneOf(at(row, mapping.phone), cell("country"), options);
  if (!phone.ok) return phone;
  const warnings: string[] = [];
  const contact: ImportedContact = {
    phoneE164: phone.e164,
    country: phone.country,
    lineType: phone.lineType,
    ...names(cell),
    email: emailOf(cell("email"), warnings),
    postcode: cell("postcode") || null,
    state: cell("state") || null,
    city: cell("city") || null,
    timezone: timezoneOf(cell("timezone"), warnings),
    tags: tagsOf(cell("tags"), warnings),
    custom: customOf(row, mapping),
  };
  return { ok: true, contact, warnings };
}

type Refused = Extract<MappedRow, { ok: false }>;

function refused(reason: ImportRejection, detail: string): Refused {
  return { ok: false, reason, detail };
}

function at(row: readonly string[], column: number | undefined): string {
  return column === undefined ? "" : (row[column] ?? "");
}

/** Extra cells count only when they hold something: many programs end each line with spare separators. */
function shapeFault(row: readonly string[], columns: number | undefined): Refused | null {
  if (
    columns !== undefined &&
    row.length > columns &&
    row.slice(columns).some((cell) => cell.trim() !== "")
  ) {
    return refused("Too many columns", `The row has ${row.length} cells, the header ${columns}.`);
  }
  const nul = row.findIndex((cell) => cell.includes("\u0000"));
  return nul < 0
    ? null
    : refused("Bad text", `Cell ${nul + 1} has a NUL character: the file may be damaged.`);
}

function lengthFault(
  cell: (field: ImportField) => string,
  row: readonly string[],
  mapping: ImportMapping,
): Refused | null {
  for (const [field, most] of Object.entries(MAX_LENGTH)) {
    if (cell(field as ImportField).length > most) {
      return refused("Bad text", `${field} is longer than ${most} characters.`);
    }
  }
  for (const [name, column] of Object.entries(mapping.custom ?? {})) {
    if (cleanCell(at(row, column)).length > MAX_CELL_LENGTH) {
      return refused("Bad text", `${name} is longer than ${MAX_CELL_LENGTH} characters.`);
    }
  }
  return null;
}

const TROUBLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff\u202a-\u202e\u2066-\u2069]| {2}/u;

/** One line of well-formed text without control characters or direction overrides. */
function cleanCell(value: string): string {
  if (!TROUBLE.test(value)) return value.trim();
  return value
    .replace(/[\p{Cs}\ufeff\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/[\p{Cc}\u2028\u2029 ]+/gu, " ")
    .trim();
}

const REASONS: Readonly<Record<PhoneFault, ImportRejection>> = {
  Empty: "No phone number",
  "Not a number": "Not a number",
  "Spreadsheet damage": "Spreadsheet damage",
  "Too short": "Not valid in its country",
  "Too long": "Not valid in its country",
  "Not valid in its country": "Not valid in its country",
};

const DETAILS: Readonly<Record<PhoneFault, string>> = {
  Empty: "The phone cell is empty.",
  "Not a number": "The phone cell does not hold one phone number.",
  "Spreadsheet damage": "A spreadsheet shortened the number: export the column as text.",
  "Too short": "The number has too few digits.",
  "Too long": "The number has too many digits.",
  "Not valid in its country": "No such number is given out in its country.",
};

type FoundPhone = { ok: true; e164: string; country: string | null; lineType: string };

function phoneOf(raw: string, country: string, options: ImportOptions): FoundPhone | Refused {
  const home = (country !== "" && countryOfName(country)) || options.defaultCountry;
  const phone = normalisePhone(raw, home);
  if (!phone.ok) return refused(REASONS[phone.reason], DETAILS[phone.reason]);
  const refusal = lineTypeRefusal(phone.lineType);
  if (refusal !== null) {
    const reason = phone.lineType === "FIXED_LINE" ? "Landline" : "Toll-free or special number";
    return refused(reason, `The number is ${refusal}.`);
  }
  if (options.seen?.(phone.e164))
    return refused("Duplicate in file", "The number stood further up in the file.");
  return phone;
}

/** "Mia Jones" and "Jones, Mia" where the file has one column for both; columns of their own win. */
function names(cell: (field: ImportField) => string): Pick<ImportedContact, "firstName" | "lastName"> {
  const own = { firstName: cell("first_name") || null, lastName: cell("last_name") || null };
  const full = cell("full_name");
  if (own.firstName || own.lastName || full === "") return own;
  const [surname, given] = full.split(/,(.*)/s).map((part) => part.trim());
  if (given) return { firstName: given, lastName: surname || null };
  const [first = full, ...rest] = full.replace(/,/g, "").trim().split(" ");
  return { firstName: first || null, lastName: rest.join(" ") || null };
}

function emailOf(value: string, warnings: string[]): string | null {
  if (value === "") return null;
  if (/^[^\s@<>,;"]{1,64}@[^\s@<>,;".]+(?:\.[^\s@<>,;".]+)+$/.test(value)) return value.toLowerCase();
  warnings.push("The e-mail address is not one and was left out.");
  return null;
}

const zoneNames = new Map<string, string | null>();

function timezoneOf(value: string, warnings: string[]): string | null {
  if (value === "") return null;
  let zone = zoneNames.get(value);
  if (zone === undefined) {
    zone = ianaName(value);
    // A file has few different zones; one full of nonsense must not fill the memory.
    if (zoneNames.size < 1000) zoneNames.set(value, zone);
  }
  if (zone === null)
    warnings.push("The time zone is not an IANA name (such as Australia/Perth) and was left out.");
  return zone;
}

/** The zone in its usual spelling; offsets such as +10:00 are no zones, because they know no daylight saving. */
function ianaName(value: string): string | null {
  const name = value.replace(/ /g, "_");
  if (!/^[A-Za-z]+(?:\/[A-Za-z0-9_+-]+)+$|^UTC$/i.test(name) || !IANAZone.isValidZone(name)) return null;
  return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
}

function tagsOf(value: string, warnings: string[]): string[] {
  const tags = [...new Set(value.split(/[,;|]/).map((tag) => tag.trim()))].filter((tag) => tag !== "");
  const kept = tags.filter((tag) => tag.length <= MAX_TAG_LENGTH).slice(0, MAX_TAGS);
  if (kept.length < tags.length) {
    warnings.push(`Only ${MAX_TAGS} tags of at most ${MAX_TAG_LENGTH} characters are kept.`);
  }
  return kept;
}

function customOf(row: readonly string[], mapping: ImportMapping): Record<string, string> {
  const values: [string, string][] = [];
  for (const [raw, column] of Object.entries(mapping.custom ?? {})) {
    const value = cleanCell(at(row, column));
    const name = fieldName(raw).slice(0, MAX_FIELD_NAME_LENGTH);
    if (value !== "" && name !== "") values.push([name, value]);
  }
  return Object.fromEntries(values);
}

/**
 * A cell for a CSV that people open in a spreadsheet: what would run as a formula gets an apostrophe before it
 * (OWASP, "CSV injection"). E.164 numbers start with + and get one too; an import takes it off again.
 */
export function neutraliseFormula(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}
