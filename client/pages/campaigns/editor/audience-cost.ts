export interface CountryCost {
  country: string | null;
  contacts: number;
  /** The price of one text; null: the country has none, so its contacts are not texted. */
  eachMicros: number | null;
}

/**
 * Returns what it costs to send a text to an audience, by country in the given order. Contacts in
 * countries without a price add nothing: no text goes there.
 */
export function audienceCost(
  countries: readonly { country: string | null; contacts: number; segmentMicros: number | null }[],
  segments: number,
): { totalMicros: number; countries: CountryCost[] } {
  const priced = countries.map(({ country, contacts, segmentMicros }) => ({
    country,
    contacts,
    eachMicros: segmentMicros === null ? null : segmentMicros * segments,
  }));
  const totalMicros = priced.reduce((sum, { contacts, eachMicros }) => sum + contacts * (eachMicros ?? 0), 0);
  return { totalMicros, countries: priced };
}
