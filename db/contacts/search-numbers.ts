import { phonePrefixes } from "@smscrm/core/contacts/phone";
import { and, type SQL, sql } from "drizzle-orm";
import { beginsWith, type SearchSource } from "./search-source.ts";

const PHONE = sql`contacts.phone_e164`;
const REVERSED = sql`contacts.phone_reversed`;
/** With its "+": fifteen digits (ITU-T E.164). */
const E164_LENGTH_MAX = 16;

/** The ways in which a number can match digits: its beginning, its end, any part. Zeros in front may be a trunk prefix. */
export function numberSources(tenantId: string, digits: string, country: string): SearchSource[] {
  const own = sql`contacts.tenant_id = ${tenantId}`;
  const beginnings = phonePrefixes(digits, country).map((prefix) => beginning(own, prefix));
  const part = digits.replace(/^0+/, "");
  const endings = [1, 2, 3].map((more) => beforeEnd(own, part, more));
  return part === "" ? [] : [...beginnings, ending(own, digits), ...endings, inside(tenantId, own, part)];
}

const BY_PHONE = sql`contacts.phone_e164`;

function beginning(own: SQL, prefix: string): SearchSource {
  const matches = isBetween(prefix);
  return {
    matches,
    queries(after, also, limit) {
      const later = after ? sql`${PHONE} > ${after.phone}` : undefined;
      return [
        sql`select id from contacts where ${and(own, matches, later, also)} order by ${BY_PHONE} limit ${limit}`,
      ];
    },
  };
}

/** Digits at the end of a number. */
function ending(own: SQL, digits: string): SearchSource {
  return {
    matches: sql`right(${PHONE}, ${digits.length}::int) = ${digits}`,
    queries(after, also, limit) {
      const ends = beginsWith(REVERSED, sql`reverse(${digits})`);
      const later = after ? sql`${REVERSED} ~>~ ${after.reversed}` : undefined;
      return [
        sql`select id from contacts where ${and(own, ends, later, also)}
          order by contacts.phone_reversed using ~<~, contacts.id limit ${limit}`,
      ];
    },
  };
}

/** Digits that are followed by a few others: by the ends of numbers, each of the few tried. */
function beforeEnd(own: SQL, part: string, more: number): SearchSource {
  return {
    matches: sql`left(right(${PHONE}, ${part.length + more}::int), ${part.length}::int) = ${part}`,
    queries(after, also, limit) {
      const from = after ? Number(after.phone.slice(-more)) : 0;
      const ends = (least: number, most: number, later?: SQL) => {
        const found = sql`
          select id, phone_reversed from contacts
          where ${and(own, beginsWith(REVERSED, sql`ends.reversed`), later, also)}
          order by contacts.phone_reversed using ~<~, contacts.id limit ${limit}`;
        return sql`
          select found.id from (
            select reverse(${part} || lpad(n::text, ${more}::int, '0')) as reversed
            from generate_series(${least}::int, ${most}::int) n order by n
          ) ends cross join lateral (${found}) found limit ${limit}`;
      };
      const all = ends(after ? from + 1 : 0, 10 ** more - 1);
      return after ? [ends(from, from, sql`${REVERSED} ~>~ ${after.reversed}`), all] : [all];
    },
  };
}

/** Digits before the last four, by the distinct beginnings of numbers. */
function inside(tenantId: string, own: SQL, part: string): SearchSource {
  return {
    matches: sql`strpos(left(${PHONE}, -4), ${part}) > 0`,
    queries(after, also, limit) {
      const head = after?.phone.slice(0, -4);
      const found = (heads: SQL, later?: SQL) => sql`
        select found.id from (${heads}) heads cross join lateral (
          select id from contacts where ${and(
            own,
            sql`${PHONE} between ((heads.part || '0000') collate "default") and ((heads.part || '9999') collate "default")`,
            later,
            also,
          )} order by contacts.phone_e164 limit ${limit}
        ) found limit ${limit}`;
      const later = head === undefined ? sql`true` : sql`part > ${head}`;
      const all = found(sql`
        select part from contact_search_parts
        where tenant_id = ${tenantId} and kind = 'number' and strpos(part, ${part}) > 0 and ${later} order by part`);
      return after ? [found(sql`select ${head}::text as part`, sql`${PHONE} > ${after.phone}`), all] : [all];
    },
  };
}

/** Matches every number with this prefix: digits have the same order in every collation. */
function isBetween(prefix: string): SQL {
  const last = `${prefix}${"9".repeat(Math.max(0, E164_LENGTH_MAX - prefix.length))}`;
  return sql`(${PHONE} >= ${prefix} and ${PHONE} <= ${last})`;
}
