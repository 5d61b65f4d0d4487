import type { TypedField } from "../fields/field.ts";
import { readValue } from "../fields/value.ts";
import { cleanCell } from "../text/clean-cell.ts";
import { usableFieldName } from "../text/template.ts";
import { isLocationZone } from "../time/wall-clock.ts";
import type { ImportField, ImportMapping } from "./import-columns.ts";
import { isNothing } from "./nothing-words.ts";

/** What a row's cells say, apart from its number and its consent. Nothing here refuses a row. */

/** A contact's values, beside its number. Absent and blank ones are null, and an import never replaces a value with null. */
export interface RowValues {
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  postcode: string | null;
  state: string | null;
  city: string | null;
  /** IANA name. */
  timezone: string | null;
  tags: string[];
  /** Values of the tenant's own fields, keyed by `fieldName`. */
  custom: Record<string, string>;
}

/** Returns a cell, or nothing where the column is absent. */
export function at(row: readonly string[], column: number | undefined): string {
  return column === undefined ? "" : (row[column] ?? "");
}

/** Reads a contact's values. One that can't be used is skipped with a warning: the number is what matters. */
export function valuesOf(
  row: readonly string[],
  mapping: ImportMapping,
  custom: Record<string, string>,
  warnings: string[],
): RowValues {
  const cell = (field: ImportField) => {
    const value = cleanCell(at(row, mapping[field]));
    return isNothing(value) ? "" : value;
  };
  return {
    ...names(cell),
    email: emailOf(cell("email"), warnings),
    postcode: cell("postcode") || null,
    state: cell("state") || null,
    city: cell("city") || null,
    timezone: timezoneOf(cell("timezone"), warnings),
    tags: tagsOf(cell("tags"), warnings),
    custom,
  };
}

/** Splits "Mia Jones" and "Jones, Mia" where one column holds both names. Separate columns win. */
function names(cell: (field: ImportField) => string): Pick<RowValues, "firstName" | "lastName"> {
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
  warnings.push("The e-mail address is invalid and was skipped.");
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
    warnings.push("The time zone is not a location such as Australia/Perth and was skipped.");
  return zone;
}

/**
 * Returns the zone in its usual spelling. Offsets such as +10:00 are not zones, because they have no daylight saving.
 * UTC and the like are other programs' clocks, and do not say where a person lives.
 */
function ianaName(value: string): string | null {
  const name = value.replace(/ /g, "_");
  if (!/^[A-Za-z]+(?:\/[A-Za-z0-9_+-]+)+$/.test(name) || !isLocationZone(name)) return null;
  return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
}

const MAX_TAGS = 20;
const MAX_TAG_LENGTH = 50;

function tagsOf(value: string, warnings: string[]): string[] {
  const tags = [...new Set(splitTags(value))].filter((tag) => tag !== "");
  const kept = tags.filter((tag) => tag.length <= MAX_TAG_LENGTH).slice(0, MAX_TAGS);
  if (kept.length < tags.length) {
    warnings.push(`Only ${MAX_TAGS} tags of at most ${MAX_TAG_LENGTH} characters are kept.`);
  }
  return kept;
}

/**
 * Google's lists (`* myContacts ::: Friends`), JSON's (`["vip","new"]`), hashtags (`#vip #new`), Flickr's `vip##new`,
 * and all others. A mark inside a tag stays.
 */
function splitTags(value: string): string[] {
  const list = /^\[.*\]$/s.test(value)
    ? value.slice(1, -1).replace(/(^|,)\s*(["'])(.*?)\2\s*(?=,|$)/g, "$1$3")
    : value;
  if (/^\s*#[^\s#]+(?:[\s,;|]+#[^\s#]+)*\s*$/.test(list)) return list.split(/[\s#,;|]+/);
  const mark = [":::", "##"].find((sign) => list.includes(sign)) ?? /[,;|]/;
  const parts = list.split(mark);
  return parts.map((tag) => tag.trim().replace(/^\* (?=\S)/, ""));
}

/** How custom fields are read: those that the tenant defined, and its country, which settles dates and numbers. */
export interface FieldReading {
  fields?: readonly TypedField[];
  /** ISO 3166-1 alpha-2. */
  defaultCountry: string;
}

/** Returns the custom values of a row by name, or in words the first one that its field can't have. */
export function customValues(
  row: readonly string[],
  mapping: ImportMapping,
  reading: FieldReading,
): { values: Record<string, string> } | { fault: string } {
  const values: [string, string | null][] = [];
  for (const { name, cell, value } of customCells(row, mapping, reading)) {
    if (!value.ok) return { fault: `${name} “${cell.slice(0, 60)}”: ${value.problem}` };
    values.push([name, value.value]);
  }
  // Blank cells are skipped before they are read, so no value is null.
  return { values: Object.fromEntries(values) as Record<string, string> };
}

function* customCells(
  row: readonly string[],
  mapping: ImportMapping,
  { fields = [], defaultCountry }: FieldReading,
) {
  for (const [raw, column] of Object.entries(mapping.custom ?? {})) {
    const name = usableFieldName(raw);
    if (name === "") continue;
    const cell = cleanCell(at(row, column));
    if (isNothing(cell)) continue;
    const field = fields.find((one) => one.name === name) ?? { name, type: "text", choices: [] };
    yield { name, cell, value: readValue(field, cell, defaultCountry) };
  }
}
