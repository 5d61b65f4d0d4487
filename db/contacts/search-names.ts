import { and, type SQL, sql } from "drizzle-orm";
import { type After, beginsWith, type SearchSource } from "./search-source.ts";

/** Both hold names without case, accents and invisible marks (`fold_name`). */
const FIRST = sql`contacts.first_name_lower`;
const LAST = sql`contacts.last_name_lower`;

/**
 * The ways in which a name can match words: its beginning, then any part. The parts are looked up among the tenant's
 * distinct names, of which there are far fewer than contacts.
 */
export function nameSources(tenantId: string, words: readonly string[]): SearchSource[] {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  const own = sql`contacts.tenant_id = ${tenantId}`;
  const beginnings = spellings(first).flatMap((spelling) => {
    const begins = beginsWith(FIRST, folded(spelling));
    if (rest.length === 0) return [byFirst(own, begins), byLast(own, beginsWith(LAST, folded(spelling)))];
    const more = or(spellings(rest.join(" ")).map((text) => beginsWith(LAST, folded(text))));
    return [byFirst(own, sql`${begins} and ${more}`)];
  });
  // The longest word is in the fewest names.
  const [rarest = "", ...others] = [...words].sort((one, other) => other.length - one.length);
  const also = others.map((word) => sql`(${has(FIRST, word)} or ${has(LAST, word)})`);
  return [...beginnings, byPart(tenantId, "first", rarest, also), byPart(tenantId, "last", rarest, also)];
}

const folded = (text: string) => sql`fold_name(${text})`;
const or = (conditions: readonly SQL[]) => sql`(${sql.join([...conditions], sql` or `)})`;
const has = (column: SQL, word: string) =>
  or(spellings(word).map((text) => sql`strpos(${column}, ${folded(text)}) > 0`));

/** In the C locale lower() changes ASCII letters only: there a search for "žof" must also try "Žof". */
function spellings(text: string): string[] {
  const lower = text.toLowerCase();
  const first = lower.charAt(0);
  return first < "\u0080" ? [lower] : [lower, first.toUpperCase() + lower.slice(1)];
}

const IN_ORDER_OF_FIRST = sql`contacts.first_name_lower using ~<~, contacts.last_name_lower using ~<~, contacts.id`;
const IN_ORDER_OF_LAST = sql`contacts.last_name_lower using ~<~, contacts.id`;

const idsOf = (condition: SQL | undefined, order: SQL, limit: number) =>
  sql`select id from contacts where ${condition} order by ${order} limit ${limit}`;

function byFirst(own: SQL, matches: SQL): SearchSource {
  return {
    matches,
    queries(after, also, limit) {
      const query = (...conditions: SQL[]) => idsOf(and(own, ...conditions, also), IN_ORDER_OF_FIRST, limit);
      if (after === null) return [query(matches)];
      return [
        ...restOfFirst(after).map((part) => query(part, matches)),
        query(sql`${FIRST} ~>~ ${after.first}`, matches),
      ];
    },
  };
}

/** The contacts with the same first name that come after a contact, in order, for an index to find each part. */
function restOfFirst({ id, first, last }: After): SQL[] {
  const same = sql`${FIRST} = ${first}`;
  if (last === null) return [sql`${same} and ${LAST} is null and contacts.id > ${id}`];
  return [
    sql`${same} and ${LAST} = ${last} and contacts.id > ${id}`,
    sql`${same} and ${LAST} ~>~ ${last}`,
    sql`${same} and ${LAST} is null`,
  ];
}

function byLast(own: SQL, matches: SQL): SearchSource {
  return {
    matches,
    queries(after, also, limit) {
      const query = (...conditions: SQL[]) => idsOf(and(own, ...conditions, also), IN_ORDER_OF_LAST, limit);
      if (after === null) return [query(matches)];
      return [
        query(sql`${LAST} = ${after.last} and contacts.id > ${after.id}`),
        query(sql`${LAST} ~>~ ${after.last}`, matches),
      ];
    },
  };
}

/** Contacts with a word anywhere in their first or last name, by the names that have it. */
function byPart(tenantId: string, kind: "first" | "last", word: string, more: readonly SQL[]): SearchSource {
  const own = sql`contacts.tenant_id = ${tenantId}`;
  const [column, order] = kind === "first" ? [FIRST, IN_ORDER_OF_FIRST] : [LAST, IN_ORDER_OF_LAST];
  return {
    matches: and(has(column, word), ...more)!,
    queries(after, also, limit) {
      const from = kind === "first" ? after?.first : after?.last;
      const later = from === undefined || from === null ? sql`true` : sql`part > ${from}`;
      const found = idsOf(
        and(own, sql`${column} = names.part collate "default"`, ...more, also),
        order,
        limit,
      );
      const names = sql`
        select found.id from (
          select part from contact_search_parts
          where tenant_id = ${tenantId} and kind = ${kind} and ${has(sql`part`, word)} and ${later} order by part
        ) names cross join lateral (${found}) found limit ${limit}`;
      if (after === null) return [names];
      const same =
        kind === "first" ? restOfFirst(after) : [sql`${LAST} = ${after.last} and contacts.id > ${after.id}`];
      return [...same.map((part) => idsOf(and(own, part, ...more, also), order, limit)), names];
    },
  };
}
