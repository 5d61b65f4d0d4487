import { searchText } from "@smscrm/core/contacts/search-text";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { contacts, tenants } from "../schema/index.ts";
import { nameSources } from "./search-names.ts";
import { numberSources } from "./search-numbers.ts";

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

export interface SearchPage {
  tenantId: string;
  search: string;
  cursor: string | null;
  /** Other filters of the list. */
  also: SQL | undefined;
  limit: number;
}

/**
 * Returns the ids of contacts that match a search, best first: by the beginning of a name or number, then by its end
 * or any part. Within each, in the order of an index, so that a page costs the same with ten matches or a million.
 * "mia jo" is a first name and the beginning of a last name; digits are a number, local (0412…) or with +61.
 */
export async function searchContacts(
  tx: TenantTransaction,
  { tenantId, search, cursor, also = sql`true`, limit }: SearchPage,
): Promise<string[]> {
  const sources = await sourcesOf(tx, tenantId, search);
  const own = eq(contacts.tenantId, tenantId);
  const begin = cursor === null ? { source: 0, after: null } : await positionOf(tx, own, cursor, sources);
  const ids: string[] = [];
  for (const [n, source] of sources.entries()) {
    if (begin === null || n < begin.source) continue;
    // What an earlier source gave is not given again.
    const others = sources.slice(0, n).map(({ matches }) => sql`(${matches}) is not true`);
    const condition = and(also, ...others)!;
    for (const query of source.queries(n === begin.source ? begin.after : null, condition, limit)) {
      if (ids.length >= limit) return ids.slice(0, limit);
      for (const { id } of await tx.execute<{ id: string }>(query)) ids.push(id);
    }
  }
  return ids.slice(0, limit);
}

async function sourcesOf(tx: TenantTransaction, tenantId: string, search: string): Promise<SearchSource[]> {
  const { digits, words } = searchText(search);
  if (digits === null) return nameSources(tenantId, words);
  const [tenant] = await tx
    .select({ country: tenants.country })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  return numberSources(tenantId, digits, tenant?.country ?? "");
}

/** Null: the contact is gone, or matches no more. Then the list ends. */
async function positionOf(
  tx: TenantTransaction,
  own: SQL,
  cursor: string,
  sources: readonly SearchSource[],
): Promise<{ source: number; after: After } | null> {
  const which = sql.join(
    sources.map(({ matches }, n) => sql`when ${matches} then ${n}::int`),
    sql` `,
  );
  if (sources.length === 0) return null;
  const [row] = await tx
    .select({
      id: contacts.id,
      first: contacts.firstNameFolded,
      last: contacts.lastNameFolded,
      phone: contacts.phoneE164,
      reversed: sql<string>`${contacts.phoneReversed}`,
      source: sql<number | null>`case ${which} end`,
    })
    .from(contacts)
    .where(and(own, eq(contacts.id, cursor)));
  if (!row || row.source === null) return null;
  const { source, ...after } = row;
  return { source, after };
}

/** The greatest character: text that begins so lies between the text and the text with this after it. */
const LAST_CHARACTER = 0x10ffff;

/**
 * Matches what begins so. Uses leakproof operators, because others may not use an index under row-level security.
 */
export const beginsWith = (column: SQL, beginning: SQL): SQL =>
  sql`(${column} ~>=~ ${beginning} and ${column} ~<~ (${beginning} || chr(${LAST_CHARACTER})))`;

/** Returns a condition for digits anywhere in a column of numbers. Text without digits matches none. */
export function numberContains(column: SQL, search: string): SQL {
  const { digits } = searchText(search);
  const significant = (digits ?? "").replace(/^0+/, "");
  return significant === "" ? sql`false` : sql`strpos(${column}, ${significant}) > 0`;
}
