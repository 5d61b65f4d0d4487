import { type ImportMapping, mapRow } from "@smscrm/core/contact-import";
import type { CsvRow } from "@smscrm/core/csv-rows";

/** What the first rows would become under a mapping: by the very function that the import itself uses. */
export function previewRows(
  rows: readonly CsvRow[],
  mapping: ImportMapping,
  columns: number,
  defaultCountry: string,
) {
  const phones = new Set<string>();
  const options = { defaultCountry, columns, seen: (phone: string) => phones.has(phone) };
  return rows.map(({ line, cells, fault }) => {
    if (fault)
      return { line, contact: null, reason: fault as string, detail: "This line cannot be read as a row." };
    const mapped = mapRow(cells, mapping, options);
    if (!mapped.ok) return { line, contact: null, reason: mapped.reason as string, detail: mapped.detail };
    phones.add(mapped.contact.phoneE164);
    return { line, contact: mapped.contact, reason: null, detail: mapped.warnings.join(" ") || null };
  });
}
