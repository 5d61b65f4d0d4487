import { phonePrefixes } from "@smscrm/core/contacts/phone";
import { and, type SQL, sql } from "drizzle-orm";
import { beginsWith, type SearchSource } from "./search.ts";

const PHONE = sql`contacts.phone_e164`;
const REVERSED = sql`contacts.phone_reversed`;
/** With its "+": fifteen digits (ITU-T E.164). */
const E164_LENGTH_MAX = 16;

/** The ways in which a number can match digits: its beginning, its end, any part. Zeros in front may be a trunk prefix. */
export function numberSources(tenantId: string, digits: string, country: string): SearchSource[] {
  const own = sql`contacts.tenant_id = ${tenantId}`;
  const beginnings = phonePrefixes(digits, country).map((prefix) => beginning(own, prefix));
  const part = digits.replace(/^0+/, "");
  return part === "" ? [] : [...beginnings, ending(own, digits), anywhere(own, part)];
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

/** Reads the index of numbers, which is a fifth of the table, and then the contacts that it found. */
function anywhere(own: SQL, part: string): SearchSource {
  const matches = sql`strpos(${PHONE}, ${part}) > 0`;
  return {
    matches,
    queries(after, also, limit) {
      const later = after ? sql`${PHONE} > ${after.phone}` : undefined;
      const numbers = sql`
        select contacts.tenant_id, contacts.phone_e164 from contacts
        where ${and(own, matches, later, also)} order by ${BY_PHONE} limit ${limit}`;
      return [
        sql`with numbers as materialized (${numbers})
          select contacts.id from numbers join contacts using (tenant_id, phone_e164) order by numbers.phone_e164`,
      ];
    },
  };
}

/** Matches every number with this prefix: digits have the same order in every collation. */
function isBetween(prefix: string): SQL {
  const last = `${prefix}${"9".repeat(Math.max(0, E164_LENGTH_MAX - prefix.length))}`;
  return sql`(${PHONE} >= ${prefix} and ${PHONE} <= ${last})`;
}
