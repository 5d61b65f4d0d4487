import { SHIPPED_SENDER_RULES } from "../campaigns/sender-rules.ts";
import { SHIPPED_WORDING } from "../campaigns/wording.ts";
import { SHIPPED_CONSENT_LAW } from "../consent/consent-law.ts";
import { RATE_CARD } from "../price/pricing.ts";
import { shippedStates } from "../time/location.ts";
import { holidayRowsOf } from "../time/public-holidays.ts";
import { shippedHoursRows } from "../time/quiet-hours-presets.ts";
import type { PartBodies, RulePart } from "./rule-parts.ts";

/** A shipped part, to be changed and entered again. Its own source and date are there where the data have them. */
export interface ShippedPart<Part extends RulePart> {
  body: PartBodies[Part];
  source: string | null;
  checkedOn: string | null;
}

const READERS: { [Part in RulePart]: (country: string) => ShippedPart<Part> | null } = {
  price(country) {
    const of = (row: { country: string }) => row.country === country;
    const [rates, carrierFees] = [RATE_CARD.rates.filter(of), RATE_CARD.carrierFees.filter(of)];
    if (rates.length === 0) return null;
    const body = { rates, ...(carrierFees.length > 0 && { carrierFees }) };
    return { body: body as PartBodies["price"], source: null, checkedOn: null };
  },
  hours(country) {
    const rows = shippedHoursRows(country);
    const [first] = rows;
    return first ? { body: [...rows], source: first.source, checkedOn: first.checked } : null;
  },
  holidays(country) {
    const rows = holidayRowsOf(country);
    return rows ? { body: [...rows], source: null, checkedOn: null } : null;
  },
  consent(country) {
    const row = SHIPPED_CONSENT_LAW.get(country);
    if (!row) return null;
    const body = { ...row, countries: [country] } as PartBodies["consent"];
    return { body, source: row.source, checkedOn: row.checkedOn };
  },
  sender(country) {
    const row = SHIPPED_SENDER_RULES.get(country);
    return row ? { body: row, source: row.source, checkedOn: row.checkedOn } : null;
  },
  wording(country) {
    const row = SHIPPED_WORDING.get(country);
    return row ? { body: row, source: null, checkedOn: null } : null;
  },
  states(country) {
    const states = shippedStates(country);
    return states ? { body: states, source: null, checkedOn: null } : null;
  },
  // The shipped words are those of languages, and count everywhere. Words of a country come on top.
  replies: () => null,
};

/** Returns a shipped part of a country's rules; null: nothing is shipped. */
export function shippedPart<Part extends RulePart>(country: string, part: Part): ShippedPart<Part> | null {
  return READERS[part](country);
}
