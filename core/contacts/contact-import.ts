import { cleanCell } from "../text/clean-cell.ts";
import { consentOfRow, type RowConsent, saysOptedOut } from "./consent-columns.ts";
import type { ImportMapping } from "./import-columns.ts";
import { isNothing } from "./nothing-words.ts";
import { keptForm } from "./phone-forms.ts";
import { otherCountry, phonesIn, type RowPhones } from "./row-phone.ts";
import {
  consentRefusal,
  consentWords,
  type ImportOptions,
  lengthFault,
  lineRefusal,
  type RefusedRow,
  refused,
  shapeFault,
  withOptOut,
} from "./row-refusals.ts";
import { at, customValues, type RowValues, valuesOf } from "./row-values.ts";

/** One contact, as its row says. */
interface ImportedContact extends RowValues {
  phoneE164: string;
  country: string | null;
  lineType: string;
  /** ISO 3166-1 alpha-2 of the address, where it is not the number's country: the person may be in either. */
  addressCountry: string | null;
  /** What the row says about how the person agreed, by heading. */
  evidence: Record<string, string>;
  /** The day of the event that inferred consent follows from, as the row has it. */
  eventDate?: string;
}

export type MappedRow =
  | {
      ok: true;
      contact: ImportedContact;
      warnings: string[];
      /** What the row says about an opt-out, such as `Status: "unsubscribed"`; null where it says nothing. */
      optedOut: string | null;
    }
  | RefusedRow;

/**
 * Turns one row of a contact file into a contact, or says why not. Cells are trimmed and lose control characters. A
 * NUL, or a value too long for its column, refuses the row. Cells that look like formulas are kept as text. An
 * invalid e-mail address or time zone is skipped with a warning: the number is what matters. A value that its custom
 * field can't have refuses the row: a date that is guessed or lost goes out in a text.
 */
export function mapRow(row: readonly string[], mapping: ImportMapping, options: ImportOptions): MappedRow {
  const shape = shapeFault(row, options.columns);
  if (shape) return shape;
  const tooLong = lengthFault(row, mapping);
  if (tooLong) return tooLong;
  const custom = customValues(row, mapping, options);
  if ("fault" in custom) return refused("Bad value", custom.fault);
  const consent = consentOf(row, mapping, options);
  const warnings: string[] = [];
  const phone = phoneIn(row, mapping, options, warnings);
  if (!phone.ok) return consent.verdict === "out" ? withOptOut(phone) : phone;
  const refusal = lineRefusal(phone, options) ?? consentRefusal(consent, phone, options);
  if (refusal) return refusal;
  const contact: ImportedContact = {
    phoneE164: phone.e164,
    country: phone.country,
    lineType: phone.lineType,
    addressCountry: otherCountry(cleanCell(at(row, mapping.country)), phone.country),
    evidence: evidenceOf(row, mapping, options),
    ...(mapping.eventDate !== undefined && { eventDate: cleanCell(at(row, mapping.eventDate)) }),
    ...valuesOf(row, mapping, custom.values, warnings),
  };
  if (phone.others.length > 0) contact.custom[OTHER_PHONES_FIELD] ??= phone.others.join(", ");
  const optedOut = consent.verdict === "out" ? consentWords(consent, options) : null;
  return { ok: true, contact, warnings, optedOut };
}

/** A number that a row opts out (`out`), or that must not be texted until an operator has decided (`unclear`). */
export interface FileOptOut {
  phoneE164: string;
  verdict: "out" | "unclear";
  /** Such as `Status: "unsubscribed"`. */
  words: string;
}

/** The custom field that keeps a person's other numbers. */
const OTHER_PHONES_FIELD = "other_phones";

/** Long enough for the text of a consent form. */
const EVIDENCE_LENGTH_MAX = 1_000;

function evidenceOf(
  row: readonly string[],
  { evidence = [] }: ImportMapping,
  { header = [] }: ImportOptions,
): Record<string, string> {
  const said = evidence.flatMap((column) => {
    const value = cleanCell(at(row, column)).slice(0, EVIDENCE_LENGTH_MAX);
    const heading = cleanCell(header[column] ?? "").slice(0, 60) || `Column ${column + 1}`;
    return isNothing(value) ? [] : [[heading, value] as const];
  });
  return Object.fromEntries(said);
}

/**
 * Returns what a row says about an opt-out, for each of the person's numbers, also for rows that make no contact.
 * Empty if they may be texted.
 */
export function optOutsOf(
  row: readonly string[],
  mapping: ImportMapping,
  options: ImportOptions,
): FileOptOut[] {
  const consent = consentOf(row, mapping, options);
  const { verdict } = consent;
  if (verdict !== "out" && verdict !== "unclear") return [];
  const words = consentWords(consent, options);
  return allPhones(phoneIn(row, mapping, options)).map((phoneE164) => ({ phoneE164, verdict, words }));
}

/**
 * Reads one row of a list of opt-outs: its numbers, of any line type, or why there is none. A row that says that the
 * person agreed to texts is no opt-out: an export of all contacts may be used as a list.
 */
export function mapOptOut(
  row: readonly string[],
  mapping: ImportMapping,
  options: ImportOptions,
): { ok: true; phones: string[] } | RefusedRow {
  const phone = phoneIn(row, mapping, options);
  if (!phone.ok) return phone;
  const consent = consentOfRow(row, mapping.consent ?? []);
  if (consent.column !== null && consent.verdict === "in")
    return refused(
      "Not opted out",
      `${consentWords(consent, options)} says that this person agreed to texts.`,
    );
  return { ok: true, phones: allPhones(phone) };
}

const allPhones = (phone: RowPhones | RefusedRow): string[] =>
  phone.ok ? [phone.e164, ...phone.others].map(keptForm) : [];

const phoneIn = (
  row: readonly string[],
  { phone, otherPhones = [], phoneRule: rule = "mobile", country }: ImportMapping,
  { defaultCountry }: ImportOptions,
  warnings: string[] = [],
) => {
  const cells = [phone, ...otherPhones].map((column) => at(row, column));
  return phonesIn({ cells, country: cleanCell(at(row, country)), defaultCountry, rule }, warnings);
};

/** Combines the row's consent columns with words such as "unsubscribed" in columns that are not mapped. */
function consentOf(
  row: readonly string[],
  { consent = [] }: ImportMapping,
  { watched = [] }: ImportOptions,
): RowConsent {
  const found = consentOfRow(row, consent);
  if (found.verdict === "out") return found;
  for (const column of watched) {
    const value = row[column] ?? "";
    if (saysOptedOut(value)) return { verdict: "unclear", column, value: value.trim().slice(0, 100) };
  }
  return found;
}
