import { type RuleBook, type RuleVersion, ruleBookAt, SHIPPED_BOOK } from "../law/rule-book.ts";

/** Returns the countries' rules by which a claim decided. `revision`: the last one that it knew; null: not stored. */
export type PastBooks = (revision: number | null, at: Date) => RuleBook;

/** Books are large, and decisions come roughly in order of time. */
const BOOKS_MAX = 16;

/**
 * Returns the books of the past, made of these versions. The time alone does not say which version a claim knew: one
 * that was just being written may have begun already. So each decision has the last revision. Where it does not, because
 * an earlier version of the program decided, the time decides. `instead`: versions that count in place of those of the
 * same part, at any time.
 */
export function pastBooks(versions: readonly RuleVersion[], instead: readonly RuleVersion[] = []): PastBooks {
  if (versions.length === 0 && instead.length === 0) return () => SHIPPED_BOOK;
  const begins = [...new Set(versions.map(({ validFrom }) => validFrom.getTime()))].sort((a, b) => a - b);
  const parts = new Set(instead.map(({ country, part }) => `${country} ${part}`));
  const others = versions.filter(({ country, part }) => !parts.has(`${country} ${part}`));
  const books = new Map<string, RuleBook>();
  return (revision, at) => {
    const begun = begins.filter((ms) => ms <= at.getTime()).length;
    const key = `${revision} ${begun}`;
    const made = books.get(key);
    if (made) return made;
    const known = revision === null ? others : others.filter((version) => version.revision <= revision);
    const book = ruleBookAt([...known, ...instead.map((version) => ({ ...version, validFrom: at }))], at);
    const [oldest] = books.keys();
    if (books.size >= BOOKS_MAX && oldest !== undefined) books.delete(oldest);
    books.set(key, book);
    return book;
  };
}
