import { guessMapping } from "@smscrm/core/contact-import";
import type { ImportRecord } from "@smscrm/db/imports";

/** An import as its page shows it. `guessedMapping` is what the header speaks for; a person confirms it. */
export function importView(record: ImportRecord, country: string) {
  const header = record.header ?? [];
  const sample = record.sample ?? [];
  return {
    ...record,
    header,
    sample,
    tags: record.tags ?? [],
    guessedMapping: guessMapping(header, sample, country),
  };
}
