import builtIn from "../data/rate-card.json" with { type: "json" };

export type SenderType = "mobile" | "long-code" | "toll-free" | "short-code" | "alphanumeric";
type Direction = "outbound" | "inbound";

/** A price of one segment in micros of the card's currency. It holds from `effectiveFrom` (ISO date, UTC) on. */
export interface Rate {
  country: string;
  direction: Direction;
  /** Absent: every sender type. */
  senderTypes?: readonly SenderType[] | undefined;
  /** The carrier that charges a fee; absent for a rate. */
  carrier?: string | undefined;
  /** null: the oldest known price, used for all earlier times. */
  effectiveFrom: string | null;
  microsPerSegment: number;
}

export interface RateCard {
  currency: string;
  rates: readonly Rate[];
  /** The recipient's carrier charges these on top. It is not known beforehand, so the highest fee counts. */
  carrierFees: readonly Rate[];
}

export interface PriceQuery {
  /** ISO 3166-1 alpha-2, null if the number's country is unknown. */
  country: string | null;
  /** Whole number, at least 1. */
  segments: number;
  /** Default `mobile`, an ordinary sending number. */
  senderType?: SenderType;
  /** Default `outbound`. */
  direction?: Direction;
  /** When it is sent; default: the newest price on the card. */
  at?: Date;
}

/** List prices of October 2026; `data/rate-card.json` says how reliable they are. */
export const RATE_CARD = builtIn as RateCard;

/** Charged per message (not per segment) that the carrier accepts and then cannot send, unless its code is exempt. */
const FAILED_MESSAGE_FEE_MICROS = builtIn.failedMessageFee.micros;
const EXEMPT_CODES: ReadonlySet<number> = new Set(builtIn.failedMessageFee.exemptErrorCodes);

/** Returns what a message that `failed` with this carrier code costs, in micros. */
export function failedMessageFeeMicros(code: number | null): number {
  return code !== null && EXEMPT_CODES.has(code) ? 0 : FAILED_MESSAGE_FEE_MICROS;
}

/**
 * Returns the price of one message in whole micros, with the highest carrier fee. Null if it is unknown (country
 * not on the card, a sender type that cannot reach it, an invalid number of segments): such a message is refused,
 * never sent free.
 */
export function messagePriceMicros(query: PriceQuery, card: RateCard = RATE_CARD): number | null {
  const { segments } = query;
  if (!Number.isSafeInteger(segments) || segments < 1) return null;
  const perSegment = query.at ? segmentPriceMicros(query, card) : newestPriceMicros(query, card);
  return perSegment === null ? null : segments * perSegment;
}

interface Rates {
  rates: readonly Rate[];
  fees: readonly Rate[];
}

/** Rows by country and direction, cached because every message of every preflight needs them. */
const indexes = new WeakMap<RateCard, Map<string, Rates>>();

function ratesFor(card: RateCard, country: string, direction: Direction): Rates | undefined {
  let index = indexes.get(card);
  if (!index) {
    index = new Map();
    for (const { country, direction } of card.rates) {
      const same = (rate: Rate) => rate.country === country && rate.direction === direction;
      const rows = { rates: card.rates.filter(same), fees: card.carrierFees.filter(same) };
      index.set(`${country} ${direction}`, rows);
    }
    indexes.set(card, index);
  }
  return index.get(`${country} ${direction}`);
}

/** Prices of the newest rows, cached: a card never changes, and every message of every preflight needs them. */
const newest = new WeakMap<RateCard, Map<string, number>>();

function newestPriceMicros(query: PriceQuery, card: RateCard): number | null {
  const { country, senderType = "mobile", direction = "outbound" } = query;
  const key = `${country} ${senderType} ${direction}`;
  let prices = newest.get(card);
  if (!prices) {
    prices = new Map();
    newest.set(card, prices);
  }
  const known = prices.get(key);
  if (known !== undefined) return known;
  const price = segmentPriceMicros(query, card);
  // Only countries on the card are cached, so that the cache stays bounded.
  if (price !== null) prices.set(key, price);
  return price;
}

function segmentPriceMicros(query: PriceQuery, card: RateCard): number | null {
  const { country, senderType = "mobile", direction = "outbound", at } = query;
  const rows = country === null ? undefined : ratesFor(card, country, direction);
  const rate = rows && inForce(rows.rates, senderType, at);
  if (!rate) return null;
  const carriers = new Set(rows.fees.map((fee) => fee.carrier));
  let highest = 0;
  for (const carrier of carriers) {
    const fees = rows.fees.filter((fee) => fee.carrier === carrier);
    highest = Math.max(highest, inForce(fees, senderType, at)?.microsPerSegment ?? 0);
  }
  return rate.microsPerSegment + highest;
}

/** Returns the newest row in force then. On the same day a row for the sender type beats a general one. */
function inForce(rows: readonly Rate[], senderType: SenderType, at: Date | undefined): Rate | undefined {
  const day = at?.toISOString().slice(0, 10);
  let best: Rate | undefined;
  for (const row of rows) {
    if (row.senderTypes && !row.senderTypes.includes(senderType)) continue;
    const from = row.effectiveFrom ?? "";
    if (day !== undefined && from > day) continue;
    const bestFrom = best?.effectiveFrom ?? "";
    if (!best || from > bestFrom || (from === bestFrom && row.senderTypes)) best = row;
  }
  return best;
}
