import { randomUUID } from "node:crypto";

/** The rest of the smallest UUIDv7 of a millisecond, after its time. */
const SMALLEST_REST = "7000-8000-000000000000";

/**
 * Returns the smallest UUIDv7 that could have been made at that moment, for ranges of the primary key ("since then")
 * where a table has no index on the time. Ids are made by the database's clock, so a range that ends now needs
 * `firstIdSql`.
 */
export function firstId(at: Date): string {
  return `${timeOf(at)}-${SMALLEST_REST}`;
}

/**
 * Returns the same as a piece of SQL; `moment` is SQL of a timestamp. Don't pass `clock_timestamp()`: it changes while
 * a statement runs, so PostgreSQL would compare it with every row. `statement_timestamp()` does not.
 */
export function firstIdSql(moment: string): string {
  return `(lpad(to_hex(floor(extract(epoch from ${moment}) * 1000)::bigint), 12, '0') || '${SMALLEST_REST}')::uuid`;
}

/**
 * Returns a UUIDv7 (RFC 9562 §5.7) of that time, for ids that must be known before their rows are written. Then nothing
 * is read back, and PostgreSQL computes no id per row.
 */
export function timeOrderedId(at: Date): string {
  return `${timeOf(at)}-7${randomUUID().slice(15)}`;
}

/** Returns the 48 bits of an id's time. Times outside their range become the first or the last of them. */
function timeOf(at: Date): string {
  const time = Math.min(Math.max(at.getTime(), 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}
