import { type SQL, sql } from "drizzle-orm";

/**
 * The smallest UUIDv7 that could have been made at a moment (an SQL timestamp): "since then" as a range of the
 * primary key, where a table has no index on the time itself.
 */
export function idSince(moment: SQL): SQL {
  return sql`(lpad(to_hex(floor(extract(epoch from ${moment}) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid`;
}
