import auPlaces from "./data/au-places.json" with { type: "json" };
import nanp from "./data/nanp-area-codes.json" with { type: "json" };
import stateZones from "./data/state-zones.json" with { type: "json" };

/** Where somebody is, as far as one clue says: a state or province, and every zone it may lie in. */
export type Place = { region: string | null; zones: readonly string[] };

const auPrefixes: ReadonlyMap<string, Place> = new Map(Object.entries(auPlaces.prefixes));
const auPostcodeExceptions: ReadonlyMap<string, Place> = new Map(Object.entries(auPlaces.postcodeExceptions));
const areaCodes: ReadonlyMap<string, Place & { country: string }> = new Map(Object.entries(nanp.areaCodes));
const canadianLetters: ReadonlyMap<string, string> = new Map(
  Object.entries(stateZones.canadianPostalLetters),
);
const states = placesByState();

const LONGEST_AU_PREFIX = 9;
const SHORTEST_AU_PREFIX = 3;

/** By postcode: Australian ones, also with a lost leading zero, and the first letter of Canadian ones. */
export function placeByPostcode(country: string | null, postcode: string): Place | null {
  if (country === "AU") return byAustralianPostcode(postcode.trim());
  if (country !== "CA" || !/^\s*[A-Za-z]\d[A-Za-z]/.test(postcode)) return null;
  return placeByState(country, canadianLetters.get(postcode.trim().charAt(0).toUpperCase()) ?? "");
}

/** By state or province, as code or name, in any case: AU, US and CA. */
export function placeByState(country: string | null, state: string): Place | null {
  return states.get(`${country}/${state.trim().toUpperCase()}`) ?? null;
}

/**
 * By the digits after the country code. Australian landlines by the longest prefix known, mobiles never: they
 * are issued without a place. North American codes only tell where the number was issued, and count only when
 * they lie in the country that we take the number to be in.
 */
export function placeByAreaCode(country: string | null, e164: string): Place | null {
  if (e164.startsWith("+61")) return byAustralianPrefix(e164.slice(1));
  if (!e164.startsWith("+1")) return null;
  const found = areaCodes.get(e164.slice(2, 5));
  return found && (country === null || country === found.country) ? found : null;
}

function byAustralianPrefix(digits: string): Place | null {
  for (let length = LONGEST_AU_PREFIX; length >= SHORTEST_AU_PREFIX; length--) {
    const found = auPrefixes.get(digits.slice(0, length));
    if (found) return found;
  }
  return null;
}

/** Postcodes outside the list of exceptions keep the main time of their state. */
function byAustralianPostcode(postcode: string): Place | null {
  if (!/^\d{3,4}$/.test(postcode)) return null;
  const padded = postcode.padStart(4, "0");
  const exception = auPostcodeExceptions.get(padded);
  if (exception) return exception;
  const range = auPlaces.postcodes.find(({ from, to }) => from <= padded && padded <= to);
  const state = range && placeByState("AU", range.state);
  return state ? { region: state.region, zones: state.zones.slice(0, 1) } : null;
}

function placesByState(): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const [country, byCode] of Object.entries(stateZones.states)) {
    for (const [region, { name, zones }] of Object.entries(byCode)) {
      places.set(`${country}/${region}`, { region, zones });
      places.set(`${country}/${name.toUpperCase()}`, { region, zones });
    }
  }
  return places;
}
