import { guessMapping, type ImportMapping, unreadOptOuts } from "@smscrm/core/contacts/import-columns";
import type { ImportRecord } from "@smscrm/db/imports/imports";

/**
 * An import as its page shows it. `guessedMapping` is a guess from the header; a member confirms it. From a list of
 * opt-outs only the numbers, their country and the columns about opt-outs are read.
 */
export function importView(record: ImportRecord, country: string) {
  const header = record.header ?? [];
  const sample = record.sample ?? [];
  const guessed = guessMapping(header, sample, country);
  return {
    ...record,
    header,
    sample,
    tags: record.tags ?? [],
    guessedMapping: record.kind === "opt-outs" ? numbersOf(guessed, header.length) : guessed,
    /** Columns that may say who opted out, in case the mapping skips them. */
    likelyOptOuts: unreadOptOuts(header, sample, {}),
  };
}

/** A list of opt-outs needs the numbers, their country, and who of an export of all contacts has opted out. */
function numbersOf(guessed: ImportMapping, columns: number): ImportMapping {
  const { country, otherPhones, consent } = guessed;
  const phone = guessed.phone ?? (columns === 1 ? 0 : undefined);
  const known = { phone, country, otherPhones, consent };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}
