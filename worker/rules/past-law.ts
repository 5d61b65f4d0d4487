import type { RuleVersion } from "@smscrm/core/law/rule-book";
import { type PastBooks, pastBooks } from "@smscrm/core/replay/past-books";
import { listVersionsSince } from "@smscrm/db/law/country-rules";
import type { Pipeline } from "@smscrm/db/postgres/connection";

/** Returns the countries' rules of the past, up to this revision at least. */
export type PastLaw = (revision: number) => Promise<PastBooks>;

/**
 * Returns the countries' rules since a time. They are read once, and again when a decision knew a newer version: rules may
 * be saved while a replay runs. `instead`: see `pastBooks`.
 */
export function pastLaw(pipeline: Pipeline, since: Date, instead: readonly RuleVersion[] = []): PastLaw {
  let known: { books: PastBooks; revision: number } | null = null;
  return async (revision) => {
    if (known && revision <= known.revision) return known.books;
    const versions = await listVersionsSince(pipeline, since);
    const last = versions.reduce((max, version) => Math.max(max, version.revision), revision);
    known = { books: pastBooks(versions, instead), revision: last };
    return known.books;
  };
}
