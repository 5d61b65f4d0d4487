import auPlaces from "../data/au-places.json" with { type: "json" };
import nanp from "../data/nanp-area-codes.json" with { type: "json" };
import stateZones from "../data/state-zones.json" with { type: "json" };
import zipPrefixes from "../data/zip-prefixes.json" with { type: "json" };
import { zonesByPostcode } from "./postcode-zones.ts";
import type { StateZones } from "./rule-inputs.ts";

/** A location from one clue: a state or province, and every zone that it may be in. */
export type Location = { region: string | null; zones: readonly string[] };

const auPrefixes: ReadonlyMap<string, Location> = new Map(Object.entries(auPlaces.prefixes));
const auPostcodeExceptions: ReadonlyMap<string, Location> = new Map(
  Object.entries(auPlaces.postcodeExceptions),
);
const areaCodes: ReadonlyMap<string, Location & { country: string }> = new Map(
  Object.entries(nanp.areaCodes),
);
const canadianLetters: ReadonlyMap<string, string> = new Map(
  Object.entries(stateZones.canadianPostalLetters),
);
const zipRanges: readonly { from: string; to: string; state?: string; zone?: string }[] =
  zipPrefixes.prefixes;

/** The states and provinces of each country that has them. It never changes: a change makes another one. */
export interface StatePlaces {
  countries: readonly string[];
  /** By "AU/NSW" and by "AU/NEW SOUTH WALES". */
  byName: ReadonlyMap<string, Location>;
}

/** The states of `core/data`. */
const SHIPPED_STATES: StatePlaces = statePlaces(stateZones.states);

/** Returns the shipped states of a country as the data have them; undefined: none. */
export const shippedStates = (country: string): StateZones | undefined =>
  (stateZones.states as Readonly<Record<string, StateZones>>)[country];

/** Returns the shipped states, with those that the platform's operator set for some countries in their place. */
export function statesWith(own: Readonly<Record<string, StateZones>>): StatePlaces {
  return Object.keys(own).length === 0 ? SHIPPED_STATES : statePlaces({ ...stateZones.states, ...own });
}

const australianZones = [...auPrefixes.values(), ...auPostcodeExceptions.values()].flatMap(
  ({ zones }) => zones,
);

const AU_PREFIX_LENGTH_MAX = 9;
const AU_PREFIX_LENGTH_MIN = 3;

/** Zones of a country where few people live, such as Lord Howe Island. A stated one is not doubted. */
export function outlyingZones(country: string | null): readonly string[] {
  return country === "AU" ? australianZones : [];
}

/**
 * Finds the location of a postcode: Australian and American (also with a lost leading zero), or Canadian by its first
 * letter. Numbers of North America share one plan, so their postcodes are read for both countries. Of other countries
 * with several zones those that `postcode-zones` knows.
 */
export function locationByPostcode(
  country: string | null,
  postcode: string,
  states: StatePlaces = SHIPPED_STATES,
): (Location & { country: string }) | null {
  const text = postcode.trim();
  if (country === "AU") return inCountry("AU", byAustralianPostcode(text, states));
  if (country !== "US" && country !== "CA") {
    const zones = zonesByPostcode(country, text);
    return zones && { region: null, zones, country: country! };
  }
  if (/^[A-Za-z]\d[A-Za-z]/.test(text))
    return inCountry(
      "CA",
      locationByState("CA", canadianLetters.get(text.charAt(0).toUpperCase()) ?? "", states),
    );
  return inCountry("US", byZipCode(text, states));
}

const inCountry = (country: string, location: Location | null) => location && { ...location, country };

/** A ZIP code of five digits or nine. A spreadsheet removes its leading zeros. */
function byZipCode(postcode: string, states: StatePlaces): Location | null {
  const digits = /^(\d{3,5})(?:\.0+|-?\d{4})?$/.exec(postcode)?.[1]?.padStart(5, "0");
  const prefix = digits?.slice(0, 3) ?? "";
  const range = zipRanges.find(({ from, to }) => from <= prefix && prefix <= to);
  if (range?.zone !== undefined) return { region: null, zones: [range.zone] };
  return range ? locationByState("US", range.state!, states) : null;
}

/** Finds the location of a state or province, by code or name in any case. Shipped are those of AU, US and CA. */
export function locationByState(
  country: string | null,
  state: string,
  states: StatePlaces = SHIPPED_STATES,
): Location | null {
  return states.byName.get(`${country}/${state.trim().toUpperCase()}`) ?? null;
}

/**
 * Finds a state or province in other countries, if the person's country has none of that name: a number of one
 * country with an address in another.
 */
export function locationsByForeignState(
  country: string | null,
  state: string,
  { countries, byName }: StatePlaces = SHIPPED_STATES,
): (Location & { country: string })[] {
  const name = state.trim().toUpperCase();
  if (name === "" || byName.has(`${country}/${name}`)) return [];
  return countries.flatMap((other) => {
    const found = byName.get(`${other}/${name}`);
    return found ? [{ ...found, country: other }] : [];
  });
}

/**
 * Finds the location of a number by its area code. Australian landlines count by their longest known prefix;
 * Australian mobiles have no location. North American codes only say where the number was issued, and count only in
 * the number's country.
 */
export function locationByAreaCode(
  country: string | null,
  e164: string,
): (Location & { country: string }) | null {
  if (e164.startsWith("+61")) {
    const place = byAustralianPrefix(e164.slice(1));
    return place && { ...place, country: "AU" };
  }
  if (!e164.startsWith("+1")) return null;
  const found = areaCodes.get(e164.slice(2, 5));
  return found && (country === null || country === found.country) ? found : null;
}

function byAustralianPrefix(digits: string): Location | null {
  for (let length = AU_PREFIX_LENGTH_MAX; length >= AU_PREFIX_LENGTH_MIN; length--) {
    const found = auPrefixes.get(digits.slice(0, length));
    if (found) return found;
  }
  return null;
}

/** Postcodes that are not exceptions have the main zone of their state. */
function byAustralianPostcode(postcode: string, states: StatePlaces): Location | null {
  if (!/^\d{3,4}$/.test(postcode)) return null;
  const padded = postcode.padStart(4, "0");
  const exception = auPostcodeExceptions.get(padded);
  if (exception) return exception;
  const range = auPlaces.postcodes.find(({ from, to }) => from <= padded && padded <= to);
  const state = range && locationByState("AU", range.state, states);
  return state ? { region: state.region, zones: state.zones.slice(0, 1) } : null;
}

function statePlaces(all: Readonly<Record<string, StateZones>>): StatePlaces {
  const places = new Map<string, Location>();
  for (const [country, byCode] of Object.entries(all)) {
    for (const [region, { name, zones }] of Object.entries(byCode)) {
      places.set(`${country}/${region}`, { region, zones });
      places.set(`${country}/${name.toUpperCase()}`, { region, zones });
    }
  }
  return { countries: Object.keys(all), byName: places };
}
