import { guessMapping, type ImportMapping, unreadOptOuts } from "@smscrm/core/contacts/import-columns";
import type { ImportRecord } from "@smscrm/db/imports/imports";

/**
 * An import as its page shows it. `guessedMapping` is a guess from the header; a member confirms it. From a list of
 * opt-outs only the number and its country are read.
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

function numbersOf({ phone, country }: ImportMapping, columns: number): ImportMapping {
  const only = phone ?? (columns === 1 ? 0 : undefined);
  return { ...(only === undefined ? {} : { phone: only }), ...(country === undefined ? {} : { country }) };
}
