import { type Pipeline, transact } from "../postgres/connection.ts";
import { firstId } from "../postgres/time-ordered-ids.ts";

/** One hour of messages whose prices are fetched at this age. */
export interface PriceWindow {
  ageHours: number;
  from: Date;
  until: Date;
}

const LEASE_MINUTES = 30;

/**
 * Leases the next hour of messages whose prices are due, so that no other worker fetches them too: an hour that ended
 * 1, 6, 24 or 72 hours ago. Null if none is due.
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

/** A number with charged messages of that hour for which the carrier has not reported the price. */
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

/** Attempts of an hour are a range of their primary key. */
function idsBetween(sql: Pipeline, from: Date, until: Date) {
  return sql`id >= ${firstId(from)}::uuid and id < ${firstId(until)}::uuid`;
}

/**
 * Replaces estimates with the carrier's actual prices; budgets and bills change with them. Only once per message, and
 * never for a failed one: its fee is listed separately by the carrier.
 */
export async function correctPrices(
  sql: Pipeline,
  prices: readonly { sid: string; priceMicros: number }[],
): Promise<number> {
  if (prices.length === 0) return 0;
  const sids = prices.map((price) => price.sid);
  const micros = prices.map((price) => price.priceMicros);
  return transact(sql, async (tx) => {
    // In the same order as all other transactions lock attempts.
    await tx`select 1 from send_attempts where carrier_sid = any(${sids}::text[]) order by id for no key update`;
    const corrected = await tx`
      update send_attempts a set spent_micros = p.micros, price_source = 'carrier'
      from unnest(${sids}::text[], ${micros}::bigint[]) as p (sid, micros)
      where a.carrier_sid = p.sid and a.state = 'accepted' and a.price_source is null and a.spent_micros > 0
        and a.carrier_status is distinct from 'failed' returning 1`;
    return corrected.length;
  });
}

/** After the last fetch: prices that the carrier never reported are marked as estimates. */
export async function markEstimated(sql: Pipeline, { from, until }: PriceWindow): Promise<number> {
  const marked = await sql`
    update send_attempts set price_source = 'estimate'
    where ${idsBetween(sql, from, until)} and price_source is null and spent_micros > 0
      and state in ('accepted', 'presumed-sent') and carrier_status is distinct from 'failed' returning 1`;
  return marked.length;
}
