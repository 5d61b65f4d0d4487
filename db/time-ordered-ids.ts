import { randomUUID } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";

/**
 * The smallest UUIDv7 that could have been made at a moment (an SQL timestamp): "since then" as a range of the
 * primary key, where a table has no index on the time itself. Never of `clock_timestamp()`: it changes while a
 * statement runs, so PostgreSQL would compare it with every row (`statement_timestamp()` does not).
 */
export function idSince(moment: SQL): SQL {
  return sql`(lpad(to_hex(floor(extract(epoch from ${moment}) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid`;
}

/**
 * A UUIDv7 (RFC 9562 §5.7) of that moment. Made here where ids must be known before their rows are written: then
 * nothing has to be read back, and PostgreSQL needn't put one together for each row.
 */
export function timeOrderedId(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
