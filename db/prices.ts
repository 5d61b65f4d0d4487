import { type Pipeline, transact } from "./connection.ts";

/** An hour's messages, whose prices are asked for once they are that old. */
export interface PriceWindow {
  ageHours: number;
  from: Date;
  until: Date;
}

const LEASE_MINUTES = 30;

/**
 * Takes the next hour of messages whose prices are due, so that no other worker asks for them as well: an hour that
 * ended 1, 6, 24 or 72 hours ago. Null while none is.
 */
export async function takePriceWindow(sql: Pipeline): Promise<PriceWindow | null> {
  const [window] = await sql<PriceWindow[]>`
    update price_checks p set due_at = clock_timestamp() + make_interval(mins => ${LEASE_MINUTES})
    where age_hours in (
      select age_hours from price_checks
      where due_at <= statement_timestamp()
        and checked_until + interval '1 hour' <= statement_timestamp() - make_interval(hours => age_hours)
      order by age_hours limit 1 for no key update skip locked
    )
    returning age_hours as "ageHours", checked_until as "from", checked_until + interval '1 hour' as until`;
  return window ?? null;
}

export async function finishPriceWindow(sql: Pipeline, { ageHours, until }: PriceWindow): Promise<void> {
  await sql`
    update price_checks set checked_until = greatest(checked_until, ${until}), due_at = clock_timestamp()
    where age_hours = ${ageHours}`;
}

/** The smallest UUIDv7 of a moment, in SQL: attempts of an hour are a range of their primary key. */
const ID_AT = `(lpad(to_hex(floor(extract(epoch from $at::timestamptz) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid`;

/** A number with messages of that hour that were charged for, and whose price the carrier has not told yet. */
export interface Unpriced {
  from: string;
  firstAt: Date;
  lastAt: Date;
}

export function unpricedNumbers(sql: Pipeline, { from, until }: PriceWindow): Promise<Unpriced[]> {
  return sql<Unpriced[]>`
    select from_phone as "from", min(claimed_at) as "firstAt", max(claimed_at) as "lastAt" from send_attempts
    where ${idsBetween(sql, from, until)} and state = 'accepted' and price_source is null and spent_micros > 0
      and carrier_status is distinct from 'failed'
    group by 1 order by 1`;
}

function idsBetween(sql: Pipeline, from: Date, until: Date) {
  const idAt = (at: Date) => sql.unsafe(ID_AT.replace("$at", `'${at.toISOString()}'`));
  return sql`id >= ${idAt(from)} and id < ${idAt(until)}`;
}

/**
 * Replaces estimates by what the carrier really charges; budgets and bills move with them. Only once for a message,
 * and never for one that failed: that costs a fee which the carrier lists apart.
 */
export async function correctPrices(
  sql: Pipeline,
  prices: readonly { sid: string; priceMicros: number }[],
): Promise<number> {
  if (prices.length === 0) return 0;
  const sids = prices.map((price) => price.sid);
  const micros = prices.map((price) => price.priceMicros);
  return transact(sql, async (tx) => {
    // In the order in which everybody locks attempts.
    await tx`select 1 from send_attempts where carrier_sid = any(${sids}::text[]) order by id for no key update`;
    const corrected = await tx`
      update send_attempts a set spent_micros = p.micros, price_source = 'carrier'
      from unnest(${sids}::text[], ${micros}::bigint[]) as p (sid, micros)
      where a.carrier_sid = p.sid and a.state = 'accepted' and a.price_source is null and a.spent_micros > 0
        and a.carrier_status is distinct from 'failed' returning 1`;
    return corrected.length;
  });
}

/** After the last time of asking: what the carrier never told stays an estimate, and says so. */
export async function markEstimated(sql: Pipeline, { from, until }: PriceWindow): Promise<number> {
  const marked = await sql`
    update send_attempts set price_source = 'estimate'
    where ${idsBetween(sql, from, until)} and price_source is null and spent_micros > 0
      and state in ('accepted', 'presumed-sent') and carrier_status is distinct from 'failed' returning 1`;
  return marked.length;
}
