import { consentOfRow, type RowConsent, saysOptedOut } from "./consent-columns.ts";
import type { ImportMapping } from "./import-columns.ts";
import { keptForm } from "./phone-forms.ts";
import { otherCountry, phoneOf } from "./row-phone.ts";
import {
  consentRefusal,
  consentWords,
  type ImportOptions,
  lengthFault,
  lineRefusal,
  type RefusedRow,
  shapeFault,
  withOptOut,
} from "./row-refusals.ts";
import { at, cleanCell, type RowValues, valuesOf } from "./row-values.ts";

/** One contact, as its row says. */
interface ImportedContact extends RowValues {
  phoneE164: string;
  country: string | null;
  lineType: string;
  /** ISO 3166-1 alpha-2 of the address, where it is not the number's country: the person may be in either. */
  addressCountry: string | null;
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
 * invalid e-mail address or time zone is skipped with a warning: the number is what matters.
 */
export function mapRow(row: readonly string[], mapping: ImportMapping, options: ImportOptions): MappedRow {
  const shape = shapeFault(row, options.columns);
  if (shape) return shape;
  const tooLong = lengthFault(row, mapping);
  if (tooLong) return tooLong;
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
    ...valuesOf(row, mapping, warnings),
  };
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

/**
 * Returns what a row says about an opt-out, also for rows that make no contact. Null if its number may be texted.
 */
export function optOutOf(
  row: readonly string[],
  mapping: ImportMapping,
  options: ImportOptions,
): FileOptOut | null {
  const consent = consentOf(row, mapping, options);
  const { verdict } = consent;
  if (verdict !== "out" && verdict !== "unclear") return null;
  const phone = phoneIn(row, mapping, options);
  return phone.ok
    ? { phoneE164: keptForm(phone.e164), verdict, words: consentWords(consent, options) }
    : null;
}

/** Reads one row of a list of opt-outs: its number, of any line type, or why it could not be read. */
export function mapOptOut(
  row: readonly string[],
  mapping: ImportMapping,
  options: ImportOptions,
): { ok: true; phoneE164: string } | RefusedRow {
  const phone = phoneIn(row, mapping, options);
  return phone.ok ? { ok: true, phoneE164: keptForm(phone.e164) } : phone;
}

const phoneIn = (
  row: readonly string[],
  mapping: ImportMapping,
  { defaultCountry }: ImportOptions,
  warnings: string[] = [],
) => phoneOf(at(row, mapping.phone), cleanCell(at(row, mapping.country)), defaultCountry, warnings);

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
