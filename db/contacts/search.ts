import { phonePrefixes } from "@smscrm/core/contacts/phone";
import { searchText } from "@smscrm/core/contacts/search-text";
import { and, eq, or, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { contacts, tenants } from "../schema/index.ts";

/** The contacts to search, and how many of the newest matches are enough (null: all). */
interface SearchScope {
  tenantId: string;
  older: SQL | undefined;
  most: number | null;
}

/**
 * Returns a condition for a search among contacts: by the beginning of a name or number, which an index answers, or,
 * if nobody's begins so, by any part of them, which reads every contact of the tenant. "mia jo" is a first name and
 * the beginning of a last name; digits are a number, local (0412…) or with +61.
 */
export async function contactMatches(
  tx: TenantTransaction,
  search: string,
  among: SearchScope,
): Promise<SQL> {
  const { digits, words } = searchText(search);
  if (digits !== null) return numbered(tx, among.tenantId, digits);
  if (words.length === 0) return sql`false`;
  const [beginning, any] = [beginningSo(words, { ...among, older: undefined, most: 1 }), withParts(words)];
  const [one] = await tx
    .select({ id: contacts.id })
    .from(contacts)
    .where(and(eq(contacts.tenantId, among.tenantId), beginning))
    .limit(1);
  return one ? beginningSo(words, among) : any;
}

/** Returns a condition for digits anywhere in a column of numbers. Text without digits matches none. */
export function numberContains(column: SQL, search: string): SQL {
  const { digits } = searchText(search);
  const significant = (digits ?? "").replace(/^0+/, "");
  return significant === "" ? sql`false` : sql`strpos(${column}, ${significant}) > 0`;
}

function beginningSo([first = "", ...rest]: readonly string[], among: SearchScope): SQL {
  const { most } = among;
  const named = (...conditions: SQL[]) => contactIds(and(...conditions)!, among);
  // Forces the index of both names. The planner assumes that two frequent names often occur together, and would scan
  // all contacts, newest first, for two that never do.
  if (rest.length > 0) {
    const people = named(begins("first_name_lower", first), begins("last_name_lower", rest.join(" ")));
    return sql`${contacts.id} in (with people as materialized (${people}) select id from people order by id desc limit ${most})`;
  }
  const newest = (column: NameColumn) =>
    sql`(${named(begins(column, first))} order by id desc limit ${most})`;
  return sql`${contacts.id} in (${newest("first_name_lower")} union all ${newest("last_name_lower")})`;
}

/** A separate query that one index answers alone. */
function contactIds(condition: SQL, { tenantId, older }: SearchScope): SQL {
  return sql`select ${contacts.id} from ${contacts} where ${and(eq(contacts.tenantId, tenantId), condition, older)}`;
}

/** Both hold names without case, accents and invisible marks (`fold_name`). */
type NameColumn = "first_name_lower" | "last_name_lower";

const columnOf = (column: NameColumn) => sql`contacts.${sql.identifier(column)}`;

/**
 * Matches the beginning of a name. Uses leakproof operators, because others may not use an index under row-level
 * security.
 */
function begins(column: NameColumn, text: string): SQL {
  const name = columnOf(column);
  const beginsSo = spellings(text).map(
    (spelling) =>
      sql`(${name} ~>=~ fold_name(${spelling}) and ${name} ~<~ (fold_name(${spelling}) || chr(${LAST_CHARACTER})))`,
  );
  return or(...beginsSo)!;
}

/** Matches contacts whose names contain each of the words, anywhere and in any order. */
function withParts(words: readonly string[]): SQL {
  const columns = (["first_name_lower", "last_name_lower"] as const).map(columnOf);
  const each = words.map((word) =>
    or(
      ...spellings(word).flatMap((spelling) =>
        columns.map((name) => sql`strpos(${name}, fold_name(${spelling})) > 0`),
      ),
    ),
  );
  return and(...each)!;
}

/** In the C locale lower() changes ASCII letters only: there a search for "žof" must also try "Žof". */
function spellings(text: string): string[] {
  const lower = text.toLowerCase();
  const first = lower.charAt(0);
  return first < "\u0080" ? [lower] : [lower, first.toUpperCase() + lower.slice(1)];
}

const LAST_CHARACTER = 0x10ffff;

/** Matches numbers that begin with the digits. Only if there are none, it matches digits anywhere in a number. */
async function numbered(tx: TenantTransaction, tenantId: string, digits: string): Promise<SQL> {
  const [tenant] = await tx
    .select({ country: tenants.country })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  const beginsSo = or(...phonePrefixes(digits, tenant?.country ?? "").map(isBetween)) ?? sql`false`;
  const [one] = await tx
    .select({ id: contacts.id })
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), beginsSo))
    .limit(1);
  return one ? beginsSo : numberContains(sql`${contacts.phoneE164}`, digits);
}

/** Matches every number with this prefix: digits have the same order in every collation. */
function isBetween(prefix: string): SQL {
  const last = `${prefix}${"9".repeat(Math.max(0, E164_LENGTH_MAX - prefix.length))}`;
  return sql`(${contacts.phoneE164} >= ${prefix} and ${contacts.phoneE164} <= ${last})`;
}

/** With its "+": fifteen digits (ITU-T E.164). */
const E164_LENGTH_MAX = 16;
