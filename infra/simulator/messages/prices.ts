import pricing from "../data/sms-pricing.json" with { type: "json" };
import { fractionOf } from "../seed.ts";

const MICROS = 1_000_000;
const OUTBOUND = new Map(Object.entries(pricing.outbound));
const CARRIER_FEES = Object.values(pricing.usCarrierFees.outboundSms);
const EXEMPT = new Set(pricing.failedMessageFee.exemptErrorCodes);

/** The account's currency. */
export const PRICE_UNIT = pricing.currency;

/**
 * True if the account may send there: the countries of the price list. For others Twilio's geo permissions answer
 * 21408.
 */
export function isCountryEnabled(country: string): boolean {
  return OUTBOUND.has(country);
}

/**
 * Returns the charge for a sent message: segments × the country's price, plus in the US the fee of the recipient's
 * network, which the number decides. In millionths of a dollar, positive.
 */
export function chargeMicros(country: string, to: string, segments: number): number {
  const price = Math.round((OUTBOUND.get(country) ?? 0) * MICROS);
  return segments * (price + (country === "US" ? networkFeeMicros(to) : 0));
}

function networkFeeMicros(to: string): number {
  const fee = CARRIER_FEES[Math.floor(fractionOf(to, 7) * CARRIER_FEES.length)] ?? 0;
  return Math.round(fee * MICROS);
}

/**
 * Returns the fee for a message that Twilio accepted and could not send; some codes are exempt. Per message, not per
 * segment.
 */
export function failedFeeMicros(errorCode: number | null): number {
  return errorCode !== null && EXEMPT.has(errorCode)
    ? 0
    : Math.round(pricing.failedMessageFee.amount * MICROS);
}

/** Returns the price of an inbound text. */
export function inboundMicros(country: string, segments: number): number {
  const price = country === "US" ? pricing.inbound.US : pricing.inbound.AU;
  return Math.round(price * MICROS) * segments;
}

/** Formats micros as Twilio writes a price: a negative string with five decimals. */
export function priceText(micros: number): string {
  return `-${(micros / MICROS).toFixed(5)}`;
}
