import countryZones from "./data/country-zones.json" with { type: "json" };
import type { ZoneSource } from "./gates/gate.ts";
import { placeByAreaCode, placeByPostcode, placeByState } from "./place.ts";
import { isValidZone } from "./wall-clock.ts";

export { isValidZone } from "./wall-clock.ts";

/** All that may tell in which zone a contact lives. Blank text counts as nothing. */
export interface ZoneClues {
  /** IANA name given for this very contact. */
  stated?: string | null;
  postcode?: string | null;
  /** State or province, code or name. */
  state?: string | null;
  e164: string;
  /** ISO 3166-1 alpha-2 of the number. */
  country: string | null;
  /** As libphonenumber says; an Australian MOBILE is never placed by its digits. */
  lineType?: string | null;
  tenantZone?: string | null;
  tenantCountry?: string | null;
  /** The tenant vouches that its contacts live where it does, though its country has several zones. */
  trustTenantZone?: boolean;
}

/** `zones` must all be open. `region` is the state or province for the statutes there, where one is known. */
export type ZoneAnswer = { zones: readonly string[]; source: ZoneSource; region: string | null };

const zonesByCountry: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(countryZones.zones));

/** Zones that run differently within a country; none for a country we do not know, which is then never open. */
export function zonesOf(country: string | null): readonly string[] {
  return (country !== null && zonesByCountry.get(country)) || [];
}

/**
 * The zones a recipient may be in, by the most trusted clue there is: stated, postcode, state, area code, the
 * tenant's own zone, and else every zone of the country, of which the intersection of hours is used. A mobile
 * number outside North America says nothing (an Australian one is not "Sydney"). The tenant's zone counts only
 * for its own country, and only where that has one zone or the tenant vouches for it.
 */
export function zoneFor(clues: ZoneClues): ZoneAnswer {
  const { country, e164, lineType, stated, postcode, state } = clues;
  const byPostcode = postcode ? placeByPostcode(country, postcode) : null;
  const byState = state ? placeByState(country, state) : null;
  const byAreaCode = country === "AU" && lineType === "MOBILE" ? null : placeByAreaCode(country, e164);
  const region = byPostcode?.region ?? byState?.region ?? byAreaCode?.region ?? null;
  const answer = (zones: readonly string[], source: ZoneSource): ZoneAnswer => ({ zones, source, region });

  if (stated && isValidZone(stated.trim())) return answer([stated.trim()], "stated");
  if (byPostcode) return answer(byPostcode.zones, "postcode");
  if (byState) return answer(byState.zones, "state");
  if (byAreaCode) return answer(byAreaCode.zones, "area-code");
  const tenantZone = tenantZoneFor(clues);
  return tenantZone ? answer([tenantZone], "tenant-default") : answer(zonesOf(country), "unknown");
}

function tenantZoneFor(clues: ZoneClues): string | null {
  const { country, tenantCountry, tenantZone, trustTenantZone = false } = clues;
  if (!tenantZone || country === null || tenantCountry !== country || !isValidZone(tenantZone)) return null;
  const only = zonesOf(country);
  return trustTenantZone || (only.length === 1 && only[0] === tenantZone) ? tenantZone : null;
}
