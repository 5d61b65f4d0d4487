import { mapOptOut, mapRow } from "@smscrm/core/contacts/contact-import";
import { type ImportMapping, watchedColumns } from "@smscrm/core/contacts/import-columns";
import type { ImportOptions } from "@smscrm/core/contacts/row-refusals";
import type { TypedField } from "@smscrm/core/fields/field";
import type { CsvRow } from "@smscrm/core/files/csv-rows";
import type { ImportRecord } from "@smscrm/db/imports/imports";

/** Returns what the first rows would become under a mapping, by the functions that the import itself uses. */
export function previewRows(
  rows: readonly CsvRow[],
  mapping: ImportMapping,
  { kind, header: headings }: Pick<ImportRecord, "kind" | "header">,
  defaultCountry: string,
  fields: readonly TypedField[],
) {
  const phones = new Set<string>();
  const header = headings ?? [];
  const options: ImportOptions = {
    defaultCountry,
    columns: header.length,
    header,
    fields,
    watched: watchedColumns(header, mapping),
    seen: (phone) => phones.has(phone),
  };
  const nothing = { contact: null, phone: null, optedOut: null, reason: null, detail: null };
  return rows.map(({ line, cells, fault }) => {
    if (fault) {
      return { ...nothing, line, reason: fault as string, detail: "This line cannot be read as a row." };
    }
    if (kind === "opt-outs") {
      const optOut = mapOptOut(cells, mapping, options);
      return optOut.ok
        ? { ...nothing, line, phone: optOut.phones.join(", ") }
        : { ...nothing, line, reason: optOut.reason as string, detail: optOut.detail };
    }
    const mapped = mapRow(cells, mapping, options);
    if (!mapped.ok) return { ...nothing, line, reason: mapped.reason as string, detail: mapped.detail };
    const { contact, warnings, optedOut } = mapped;
    phones.add(contact.phoneE164);
    return {
      ...nothing,
      line,
      contact,
      phone: contact.phoneE164,
      optedOut,
      detail: warnings.join(" ") || null,
    };
  });
}
