import { type SQL, sql } from "drizzle-orm";

/** The contact after which a page begins. */
export interface After {
  id: string;
  first: string | null;
  last: string | null;
  phone: string;
  reversed: string;
}

/** Contacts that match in one way, such as by the beginning of their last name, and an order that an index has. */
export interface SearchSource {
  /** Whether a contact belongs to it. */
  matches: SQL;
  /**
   * Queries that together give its contacts in order, those after `after` if it is not null. Each returns ids, as many
   * as a page needs, of contacts for which `also` holds.
   */
  queries(after: After | null, also: SQL, limit: number): SQL[];
}

/** The greatest character: text that begins so lies between the text and the text with this after it. */
const LAST_CHARACTER = 0x10ffff;

/**
 * Matches what begins so. Uses leakproof operators, because others may not use an index under row-level security.
 */
export const beginsWith = (column: SQL, beginning: SQL): SQL =>
  sql`(${column} ~>=~ ${beginning} and ${column} ~<~ (${beginning} || chr(${LAST_CHARACTER})))`;
