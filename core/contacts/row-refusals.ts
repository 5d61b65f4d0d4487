import { cleanCell } from "../text/clean-cell.ts";
import type { RowConsent } from "./consent-columns.ts";
import type { ImportField, ImportMapping } from "./import-columns.ts";
import { lineTypeRefusal } from "./phone.ts";
import { at, type FieldReading } from "./row-values.ts";

/** Why a row made no contact. Short and stable: rows are counted by it, and the file of rejected rows shows it. */
export type ImportRejection =
  | "No phone number"
  | "Not a number"
  | "Spreadsheet damage"
  | "Ambiguous number"
  | "Country not known"
  | "Not valid in its country"
  | "Landline"
  | "Toll-free or special number"
  | "Duplicate in file"
  | "Consent not clear"
  | "No consent"
  | "Not opted out"
  | "Too many columns"
  | "Bad text"
  | "Bad value"
  | "Erased";

/** A row that makes no contact: its reason, and a sentence for the operator. */
export type RefusedRow = { ok: false; reason: ImportRejection; detail: string };

export function refused(reason: ImportRejection, detail: string): RefusedRow {
  return { ok: false, reason, detail };
}

/** What is known about the file, and about its other rows. */
export interface ImportOptions extends FieldReading {
  /**
   * ISO 3166-1 alpha-2, of the tenant: the country for a number without `+` where the row has no country of its own.
   */
  defaultCountry: string;
  /** The number of columns in the header. A longer row is refused, because its values may be in the wrong columns. */
  columns?: number;
  /** Whether an earlier row of the file has this number. */
  seen?: (phoneE164: string) => boolean;
  /** Headings of the file, to name them in a refusal. */
  header?: readonly string[];
  /** Columns that the mapping does not read, but where a word such as "unsubscribed" stops the row. */
  watched?: readonly number[];
  /** Whether another row of the file makes it unclear if this number may be texted. */
  isUnclear?: (phoneE164: string) => boolean;
}

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

/** Extra cells count only when they are filled: many programs end each line with spare separators. */
export function shapeFault(row: readonly string[], columns: number | undefined): RefusedRow | null {
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

/** Refuses a value that is too long for its column. */
export function lengthFault(row: readonly string[], mapping: ImportMapping): RefusedRow | null {
  for (const [field, most] of Object.entries(MAX_LENGTH)) {
    if (cleanCell(at(row, mapping[field as ImportField])).length > most) {
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

/** Refuses a number that an earlier row of the file has. */
export const duplicate = () =>
  refused(
    "Duplicate in file",
    "An earlier row of the file has the same number, or another number of the same contact.",
  );

/** Refuses a person who was erased. */
export const erased = () =>
  refused("Erased", "This person was erased. To text them again, lift the erasure on the privacy desk.");

/** Refuses a number that can't get texts, or that an earlier row has. */
export function lineRefusal(
  { e164, lineType }: { e164: string; lineType: string },
  options: ImportOptions,
): RefusedRow | null {
  const refusal = lineTypeRefusal(lineType);
  if (refusal !== null) {
    const reason = lineType === "FIXED_LINE" ? "Landline" : "Toll-free or special number";
    return refused(reason, `The number is ${refusal}.`);
  }
  const isSeen = options.seen?.(e164) ?? false;
  return isSeen ? duplicate() : null;
}

/** Refuses a row whose consent is missing or in doubt. */
export function consentRefusal(
  consent: RowConsent,
  { e164 }: { e164: string },
  options: ImportOptions,
): RefusedRow | null {
  if (consent.verdict === "unclear") {
    return refused(
      "Consent not clear",
      `${consentWords(consent, options)} may be an opt-out: say what it means.`,
    );
  }
  if (consent.verdict === "none") {
    return refused(
      "No consent",
      `${consentWords(consent, options)} does not say that the person agreed to texts.`,
    );
  }
  if (consent.verdict === "in" && options.isUnclear?.(e164)) {
    return refused(
      "Consent not clear",
      "Another row of the file may opt this number out: say what its value means.",
    );
  }
  return null;
}

/** Quotes the row, such as `Status: "unsubscribed"`. */
export function consentWords({ column, value }: RowConsent, { header = [] }: ImportOptions): string {
  const heading = cleanCell(header[column!] ?? "").slice(0, 60) || `Column ${column! + 1}`;
  return value === "" ? `${heading} is blank, which` : `${heading}: "${cleanCell(value)}"`;
}

/** An opt-out must not be lost when its number can't be read. */
export const withOptOut = ({ reason, detail }: RefusedRow): RefusedRow =>
  refused(reason, `${detail} The row says that this person opted out: add the number to Do not contact.`);
