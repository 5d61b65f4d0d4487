import { type RowConsentTerms, rowConsentTerms } from "../consent/imported.ts";
import type { TypedField } from "../fields/field.ts";
import type { CsvRow, RowFault } from "../files/csv-rows.ts";
import { type ZoneSource, zoneFor } from "../time/time-zone.ts";
import { mapOptOut, mapRow } from "./contact-import.ts";
import { type ImportMapping, watchedColumns } from "./import-columns.ts";
import { phonesOf } from "./phone-list.ts";
import { duplicate, erased, type ImportOptions } from "./row-refusals.ts";

/** How a file is read, as its importer stated. */
export interface ImportFile {
  kind: "contacts" | "opt-outs";
  header: string[];
  mapping: ImportMapping;
  tags: string[];
  consentEvidence: string;
  /** ISO 3166-1 alpha-2 of the tenant. */
  country: string;
  /** The custom fields that the tenant defined; others are text. */
  fields?: readonly TypedField[];
}

/** A row of a file that is fit to be a contact. Null is a blank cell: it never erases what is known. */
export interface ImportContact {
  phoneE164: string;
  country: string | null;
  lineType: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  city: string | null;
  state: string | null;
  postcode: string | null;
  addressCountry: string | null;
  custom: Record<string, string>;
  tags: string[];
  timezone: string | null;
  timezoneSource: ZoneSource;
  /** What the row says about how the person agreed, by heading. */
  evidence: Record<string, string>;
  /** What that says about when and how they agreed, and to what; null: nothing. */
  terms: RowConsentTerms | null;
  /** Line of the file. */
  line: number;
}

export interface ImportOptOut {
  phoneE164: string;
  /** Such as `Status: "unsubscribed"`. */
  words: string;
  /** Line of the file. */
  line: number;
}

export interface RejectedRow {
  line: number;
  reason: string;
  detail: string | null;
  cells: readonly string[];
}

/** Rows of a file, each either a contact to write or a row to give back. */
export interface EvaluatedRows {
  contacts: ImportContact[];
  /** The row of each contact, in case the database knows its number from an earlier row. */
  sources: CsvRow[];
  rejected: RejectedRow[];
  /** The numbers of a list of opt-outs. */
  optOuts: ImportOptOut[];
}

const FAULT_DETAILS: Readonly<Record<RowFault, string>> = {
  "Unclosed quote": "The quotation marks on this line don't match, so its cells can't be told apart.",
  "Row too long": "The row is longer than 64 KB: is a line break missing?",
};

/** Returns the options for reading a file's rows, for contacts and opt-outs alike. */
export function rowOptions(file: ImportFile): ImportOptions {
  const { country, header, mapping, fields = [] } = file;
  return { defaultCountry: country, header, watched: watchedColumns(header, mapping), fields };
}

/**
 * Decides on each row by itself and within this batch; the database knows earlier batches. `unclear` contains the
 * numbers whose consent some row of the file leaves in doubt.
 */
export function evaluateRows(
  rows: readonly CsvRow[],
  file: ImportFile,
  unclear: ReadonlySet<string> = new Set(),
): EvaluatedRows {
  const evaluated: EvaluatedRows = { contacts: [], sources: [], rejected: [], optOuts: [] };
  const inBatch = new Set<string>();
  const options = {
    ...rowOptions(file),
    columns: file.header.length,
    seen: (phone: string) => inBatch.has(phone),
    isUnclear: (phone: string) => unclear.has(phone),
  };
  for (const row of rows) {
    if (row.fault !== null) {
      evaluated.rejected.push(rejectedRow(row, row.fault, FAULT_DETAILS[row.fault]));
      continue;
    }
    if (file.kind === "opt-outs") {
      const optOut = mapOptOut(row.cells, file.mapping, options);
      if (optOut.ok) {
        const said = { words: file.consentEvidence, line: row.line };
        for (const phoneE164 of optOut.phones) evaluated.optOuts.push({ phoneE164, ...said });
      } else evaluated.rejected.push(rejectedRow(row, optOut.reason, optOut.detail));
      continue;
    }
    const mapped = mapRow(row.cells, file.mapping, options);
    if (!mapped.ok) {
      evaluated.rejected.push(rejectedRow(row, mapped.reason, mapped.detail));
      continue;
    }
    inBatch.add(mapped.contact.phoneE164);
    evaluated.sources.push(row);
    evaluated.contacts.push(toImport(mapped.contact, row.line, file.tags));
  }
  return evaluated;
}

export function duplicateRow(row: CsvRow): RejectedRow {
  const { reason, detail } = duplicate();
  return rejectedRow(row, reason, detail);
}

/** Refuses a person who was erased. Nothing of the row is kept. */
export function erasedRow({ line }: Pick<CsvRow, "line">): RejectedRow {
  const { reason, detail } = erased();
  return { line, reason, detail, cells: [] };
}

/** A cell of a row whose quotation marks don't match may be the whole row. */
const BETWEEN_CELLS = /[,;|\t\n"]/;
const CELLS_MAX = 400;
/** Digits as people group them, also among words: "ring 0491 570 156 (Ann)". */
const LIKE_A_NUMBER = /\+?\(?\p{Nd}[\p{Nd} ().\u00a0-]{4,28}\p{Nd}/gu;

/** Returns the numbers that a rejected row names in any of its cells, whatever its columns mean. */
export function numbersNamed({ cells }: Pick<RejectedRow, "cells">, country: string): string[] {
  const parts = cells.flatMap((cell) => cell.split(BETWEEN_CELLS, CELLS_MAX)).slice(0, CELLS_MAX);
  const numbers = parts.flatMap((part) => {
    const alike = part.match(LIKE_A_NUMBER) ?? [];
    const read = alike.length === 0 ? [] : [part, ...alike].map((text) => phonesOf(text, country));
    return read.flatMap((found) => (Array.isArray(found) ? found.map(({ e164 }) => e164) : []));
  });
  return [...new Set(numbers)];
}

type Mapped = Extract<ReturnType<typeof mapRow>, { ok: true }>["contact"];

function toImport(contact: Mapped, line: number, tags: readonly string[]): ImportContact {
  const { eventDate, ...columns } = contact;
  const { timezone: stated, postcode, state, phoneE164, country, addressCountry, lineType } = contact;
  const { zones, source } = zoneFor({
    ...{ stated, postcode, state, country, addressCountry, lineType },
    e164: phoneE164,
  });
  // A stated zone is stored alone: each claim compares it with the other clues again.
  const only = zones.length === 1 && source !== "unknown" ? zones[0]! : null;
  const timezone = source === "stated" ? stated : only;
  return {
    ...columns,
    terms: rowConsentTerms(contact.evidence, eventDate ?? null),
    line,
    tags: tags.length === 0 ? contact.tags : [...new Set([...contact.tags, ...tags])],
    timezone,
    timezoneSource: timezone === null ? "unknown" : source,
  };
}

function rejectedRow({ line, cells }: CsvRow, reason: string, detail: string): RejectedRow {
  return { line, reason, detail, cells };
}
