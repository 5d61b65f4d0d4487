import { searchText } from "@smscrm/core/contacts/search-text";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { contacts, tenants } from "../schema/index.ts";
import { nameSources } from "./search-names.ts";
import { numberSources } from "./search-numbers.ts";
import type { After, SearchSource } from "./search-source.ts";

interface SearchPage {
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

/** Returns a condition on `contacts` for all that a search finds. */
export async function searchCondition(tx: TenantTransaction, tenantId: string, search: string): Promise<SQL> {
  const sources = await sourcesOf(tx, tenantId, search);
  if (sources.length === 0) return sql`false`;
  return sql`(${sql.join(
    sources.map(({ matches }) => sql`(${matches})`),
    sql` or `,
  )})`;
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

/** Messages of more people than this are too many to sort for each page. */
export const PEOPLE_MAX = 200;

/** Returns the first people whom a search for messages finds, and whether there are more. */
export async function peopleFound(
  tx: TenantTransaction,
  tenantId: string,
  search: string,
): Promise<{ contactIds: string[]; more: boolean }> {
  const ids = await searchContacts(tx, {
    ...{ tenantId, search, cursor: null, also: undefined },
    limit: PEOPLE_MAX + 1,
  });
  return { contactIds: ids.slice(0, PEOPLE_MAX), more: ids.length > PEOPLE_MAX };
}

/** Returns a condition for digits anywhere in a column of numbers. Text without digits matches none. */
export function numberContains(column: SQL, search: string): SQL {
  const { digits } = searchText(search);
  const significant = (digits ?? "").replace(/^0+/, "");
  return significant === "" ? sql`false` : sql`strpos(${column}, ${significant}) > 0`;
}
