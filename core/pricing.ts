import builtIn from "./data/rate-card.json" with { type: "json" };

export const SENDER_TYPES = ["mobile", "long-code", "toll-free", "short-code", "alphanumeric"] as const;
export type SenderType = (typeof SENDER_TYPES)[number];
export type Direction = "outbound" | "inbound";

/** A price of one segment in micros of the card's currency. It holds from `effectiveFrom` (ISO date, UTC) on. */
export interface Rate {
  country: string;
  direction: Direction;
  /** Absent: every sender type. */
  senderTypes?: readonly SenderType[];
  /** Absent for a rate; for a fee, who charges it. */
  carrier?: string;
  /** null: the oldest price known, which also serves for any time before. */
  effectiveFrom: string | null;
  microsPerSegment: number;
}

export interface RateCard {
  currency: string;
  rates: readonly Rate[];
  /** Charged on top by the recipient's carrier, which is not known beforehand: the highest is counted. */
  carrierFees: readonly Rate[];
}

export interface PriceQuery {
  /** ISO 3166-1 alpha-2, null where a number could not be placed. */
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

/** List prices of October 2026; see `data/rate-card.json` for what they are worth. */
export const RATE_CARD = builtIn as RateCard;

/** Charged per message (not per segment) that the carrier takes and then cannot send, unless its code is exempt. */
export const FAILED_MESSAGE_FEE_MICROS = builtIn.failedMessageFee.micros;
const EXEMPT_CODES: ReadonlySet<number> = new Set(builtIn.failedMessageFee.exemptErrorCodes);

/** What a message that ended as `failed` with this carrier code costs, in micros. */
export function failedMessageFeeMicros(code: number | null): number {
  return code !== null && EXEMPT_CODES.has(code) ? 0 : FAILED_MESSAGE_FEE_MICROS;
}

/**
 * The price of one message in whole micros, the dearest carrier's fee included. null when it is not known (country
 * not on the card, a sender type that cannot reach it, an impossible number of segments): such a message is refused,
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

/** Rows by country and direction, because every message of every preflight asks. */
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

/** Prices of the newest rows, kept: a card does not change, and every message of every preflight asks. */
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
  // Only what is on the card is kept, so that no question can make this grow.
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

/** The newest row that had begun by then; on the same day a row that names the sender type beats a general one. */
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

/** Whole micros for a whole audience. */
export interface PriceRange {
  lowMicros: number;
  likelyMicros: number;
  highMicros: number;
}

/**
 * What texting `recipients` people in one country costs when merge values change the length. `segmentCounts` holds
 * the segments of the text as rendered for a sample of them (or for all). Low and high are everybody at the shortest
 * and the longest, likely is the mean, rounded up. null as for one message, or when the sample is empty.
 */
export function priceRangeMicros(
  query: Omit<PriceQuery, "segments"> & { segmentCounts: readonly number[]; recipients?: number },
  card: RateCard = RATE_CARD,
): PriceRange | null {
  const { segmentCounts, recipients = 1, ...rest } = query;
  if (
    segmentCounts.length === 0 ||
    segmentCounts.some((count) => !Number.isSafeInteger(count) || count < 1)
  ) {
    return null;
  }
  const price = messagePriceMicros({ ...rest, segments: 1 }, card);
  if (price === null) return null;
  const total = segmentCounts.reduce((sum, count) => sum + count, 0);
  const least = segmentCounts.reduce((low, count) => Math.min(low, count));
  const most = segmentCounts.reduce((high, count) => Math.max(high, count));
  return {
    lowMicros: price * least * recipients,
    likelyMicros: Math.ceil((price * total * recipients) / segmentCounts.length),
    highMicros: price * most * recipients,
  };
}
