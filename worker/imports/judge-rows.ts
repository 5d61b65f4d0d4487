import { mapRow } from "@smscrm/core/contact-import";
import type { CsvRow, RowFault } from "@smscrm/core/csv-rows";
import { zoneFor } from "@smscrm/core/time-zone";
import type { ImportContact, RejectedRow } from "@smscrm/db/import-batches";
import type { LeasedImport } from "@smscrm/db/import-runs";

/** Rows of a file, each either a contact to write or a row to give back. */
export interface JudgedRows {
  contacts: ImportContact[];
  /** The row that each contact came from, should the database know its number from further up. */
  sources: CsvRow[];
  rejected: RejectedRow[];
}

const FAULT_DETAILS: Readonly<Record<RowFault, string>> = {
  "Unclosed quote": "A quotation mark on this line is never closed.",
  "Row too long": "The row is longer than 64 KB: is a line break missing?",
};

/** Decides on each row by itself and within this batch; what earlier batches brought, the database knows. */
export function judgeRows(rows: readonly CsvRow[], file: LeasedImport): JudgedRows {
  const judged: JudgedRows = { contacts: [], sources: [], rejected: [] };
  const inBatch = new Set<string>();
  const options = {
    defaultCountry: file.country,
    columns: file.header.length,
    seen: (phone: string) => inBatch.has(phone),
  };
  for (const row of rows) {
    if (row.fault !== null) {
      judged.rejected.push(rejectedRow(row, row.fault, FAULT_DETAILS[row.fault]));
      continue;
    }
    const mapped = mapRow(row.cells, file.mapping, options);
    if (!mapped.ok) {
      judged.rejected.push(rejectedRow(row, mapped.reason, mapped.detail));
      continue;
    }
    inBatch.add(mapped.contact.phoneE164);
    judged.sources.push(row);
    judged.contacts.push(toImport(mapped.contact, row.line, file.tags));
  }
  return judged;
}

export function duplicateRow(row: CsvRow): RejectedRow {
  return rejectedRow(row, "Duplicate in file", "The number stood further up in the file.");
}

type Mapped = Extract<ReturnType<typeof mapRow>, { ok: true }>["contact"];

function toImport(contact: Mapped, line: number, tags: readonly string[]): ImportContact {
  const { timezone: stated, postcode, state, phoneE164, country, lineType } = contact;
  const { zones, source } = zoneFor({ stated, postcode, state, e164: phoneE164, country, lineType });
  const timezone = zones.length === 1 && source !== "unknown" ? (zones[0] ?? null) : null;
  return {
    ...contact,
    line,
    tags: tags.length === 0 ? contact.tags : [...new Set([...contact.tags, ...tags])],
    timezone,
    timezoneSource: timezone === null ? "unknown" : source,
  };
}

function rejectedRow({ line, cells }: CsvRow, reason: string, detail: string): RejectedRow {
  return { line, reason, detail, cells };
}
