import type { Place } from "./destination-hours.ts";
import type { Region } from "./time-zone.ts";

/**
 * Returns the places whose rules apply to a person: the number's country and the address's, and each state or province
 * where the person may be. If the area code and the address name two states, both count.
 */
export function placesOf(
  person: { country: string | null; addressCountry?: string | null },
  regions: readonly Region[],
): readonly Place[] {
  const places: Place[] = [...regions];
  for (const country of [person.country, person.addressCountry]) {
    if (country && !places.some((place) => place.country === country)) places.push({ country, region: null });
  }
  return places;
}
