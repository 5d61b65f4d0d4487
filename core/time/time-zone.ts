import countryZones from "../data/country-zones.json" with { type: "json" };
import zoneNames from "../data/zone-names.json" with { type: "json" };
import {
  type Location,
  locationByAreaCode,
  locationByPostcode,
  locationByState,
  locationsByForeignState,
  outlyingZones,
  type StatePlaces,
} from "./location.ts";
import { haveSameClocks, isLocationZone, isValidZone } from "./wall-clock.ts";

/** The sources of a recipient's time zone, most trusted first. */
export const ZONE_SOURCES = [
  "stated",
  "postcode",
  "state",
  "area-code",
  "tenant-default",
  "unknown",
] as const;
export type ZoneSource = (typeof ZONE_SOURCES)[number];

export { isLocationZone, isValidZone } from "./wall-clock.ts";

/** All clues to a contact's time zone. Blank text does not count. */
export interface ZoneClues {
  /** The IANA name given for this contact. One without a location, such as UTC, does not count. */
  stated?: string | null;
  postcode?: string | null;
  /** State or province, code or name. */
  state?: string | null;
  e164: string;
  /** ISO 3166-1 alpha-2 of the number. */
  country: string | null;
  /** ISO 3166-1 alpha-2 of the person's address, where it is known. */
  addressCountry?: string | null;
  /** By libphonenumber. The digits of an Australian MOBILE have no location. */
  lineType?: string | null;
  tenantZone?: string | null;
  tenantCountry?: string | null;
  /** The tenant's setting that its contacts live in its own zone, although its country has several. */
  trustTenantZone?: boolean;
  /** The states in force; absent: those shipped. */
  states?: StatePlaces | undefined;
}

/** A state or province whose statutes apply to a message. */
export interface Region {
  country: string;
  region: string;
}

/** `zones` must all be open. `regions` are the states and provinces whose statutes count, where one is known. */
export type ZoneAnswer = { zones: readonly string[]; source: ZoneSource; regions: readonly Region[] };

const zonesByCountry: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(countryZones.zones));

/** Returns the codes of all countries with a zone, in order. */
export function zoneCountries(): readonly string[] {
  return [...zonesByCountry.keys()];
}

/** Returns the different zones of a country. An unknown country has none and is never open. */
export function zonesOf(country: string | null): readonly string[] {
  return (country !== null && zonesByCountry.get(country)) || [];
}

const namesByCountry: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(zoneNames.zones).map(([country, names]) => [country, new Set(names)]),
);

/** Whether a zone is one of a country's, by any of its names. */
export function isZoneOf(country: string, zone: string): boolean {
  const own = [...zonesOf(country), ...outlyingZones(country)];
  return own.includes(zone) || (namesByCountry.get(country)?.has(zone) ?? false);
}

/**
 * Whether a person of this country may be in one of the zones. A stated zone must be one of the country's: another
 * country's is no statement, although its clocks may show the same.
 */
function mayBeIn(country: string | null, zones: readonly string[], source: ZoneSource): boolean {
  const own = [...zonesOf(country), ...outlyingZones(country)];
  if (own.length === 0) return true;
  if (source !== "stated") return shareAZone(zones, own);
  return own.includes(zones[0]!) || namesByCountry.get(country!)!.has(zones[0]!);
}

/** What one clue says. */
interface ClueAnswer {
  source: ZoneSource;
  zones: readonly string[];
  region?: Region | null;
}

/**
 * Returns the zones where a recipient may be. The most trusted clue decides: stated, postcode, state, area code, the
 * tenant's own zone, or every zone of the country. A clue that disagrees adds its zones, because one of the two is
 * wrong and nobody knows which: a number of one state or country with an address in another, or a foreign zone with
 * a local number. The statutes of both locations count. A mobile number outside North America only tells its country (an
 * Australian one is not "Sydney"). The tenant's zone counts only for its own country, and only if that country has
 * one zone or the tenant's settings say so.
 */
export function zoneFor(clues: ZoneClues): ZoneAnswer {
  const answers = cluesOf(clues);
  const [first] = answers;
  if (!first) {
    const tenantZone = livesAbroad(clues) ? null : tenantZoneFor(clues);
    if (tenantZone) return { zones: [tenantZone], source: "tenant-default", regions: [] };
    return { zones: bothCountries(clues), source: "unknown", regions: [] };
  }
  let zones = first.zones;
  for (const other of answers.slice(1))
    if (!shareAZone(zones, other.zones)) zones = union(zones, other.zones);
  for (const country of new Set([clues.country, clues.addressCountry || clues.country])) {
    if (!mayBeIn(country, zones, first.source)) zones = union(zones, zonesOf(country));
  }
  const regions = new Map(
    answers.flatMap(({ region }) =>
      region ? [[`${region.country} ${region.region}`, region] as const] : [],
    ),
  );
  return { zones, source: first.source, regions: [...regions.values()] };
}

const livesAbroad = ({ country, addressCountry }: ZoneClues) =>
  Boolean(addressCountry) && addressCountry !== country;

const bothCountries = ({ country, addressCountry }: ZoneClues) =>
  union(zonesOf(country), zonesOf(addressCountry ?? null));

const union = (some: readonly string[], others: readonly string[]) => [...new Set([...some, ...others])];

/** Whether the two lists share a zone. */
function shareAZone(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.some((other) => haveSameClocks(one, other)));
}

/** Returns all clues to where the person lives, the most trusted first. */
function cluesOf({
  country,
  addressCountry,
  e164,
  lineType,
  stated,
  postcode,
  state,
  states,
}: ZoneClues): ClueAnswer[] {
  // "WA" is Washington in an American address, also for a person with an Australian number.
  const place = addressCountry || country;
  const zone = stated?.trim() ?? "";
  const byAreaCode = country === "AU" && lineType === "MOBILE" ? null : locationByAreaCode(country, e164);
  const at = (source: ZoneSource, location: (Location & { country?: string }) | null): ClueAnswer[] => {
    if (!location) return [];
    // A state was found in the country, so the country is known.
    const of = location.country ?? (place as string);
    return [
      {
        source,
        zones: location.zones,
        region: location.region ? { country: of, region: location.region } : null,
      },
    ];
  };
  return [
    ...(isLocationZone(zone) ? [{ source: "stated" as const, zones: [zone] }] : []),
    ...at("postcode", postcode ? locationByPostcode(place, postcode, states) : null),
    ...at("state", state ? locationByState(place, state, states) : null),
    ...(addressCountry ? [] : locationsByForeignState(country, state ?? "", states)).flatMap((location) =>
      at("state", location),
    ),
    ...at("area-code", byAreaCode),
  ];
}

function tenantZoneFor(clues: ZoneClues): string | null {
  const { country, tenantCountry, tenantZone, trustTenantZone = false } = clues;
  if (!tenantZone || country === null || tenantCountry !== country || !isValidZone(tenantZone)) return null;
  const only = zonesOf(country);
  return trustTenantZone || (only.length === 1 && only[0] === tenantZone) ? tenantZone : null;
}
