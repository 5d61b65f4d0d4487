import { type DestinationHours, recommendedApply } from "./destination-hours.ts";
import { DEFAULT_SCHEDULE, type WeekSchedule } from "./quiet-hours.ts";
import { countryName } from "./quiet-hours-presets.ts";
import { isStricter } from "./stricter-hours.ts";

/** The settings that decide whether contacts may be texted at night. */
export interface NightSettings {
  quietHours: WeekSchedule;
  timezone: string;
  country: string;
  trustTenantZone: boolean;
  destinationHours: DestinationHours;
}

/**
 * Returns why a change of settings could allow texts at night, in a sentence for members who may not make it; null
 * where it can't. From 21:00 to 09:00 local time nobody is texted. Only an owner may change that, or assume that all
 * contacts live where the organisation does: at 09:00 in Sydney it is 06:00 in Perth. Nor may others stop using a
 * country's recommended hours. Everyone may choose shorter hours.
 */
export function nightRuleFault(before: NightSettings, change: Partial<NightSettings>): string | null {
  const { quietHours } = change;
  if (quietHours && !isStricter(quietHours, DEFAULT_SCHEDULE) && !isStricter(quietHours, before.quietHours)) {
    return "Only an owner can allow texts between 21:00 and 09:00. Choose hours within 09:00 and 21:00, or ask an owner.";
  }
  const loosened = loosenedDestination(before, change);
  if (loosened !== null) {
    return `Only an owner can stop using the recommended hours for ${countryName(loosened)}. Ask an owner.`;
  }
  const trusts = change.trustTenantZone ?? before.trustTenantZone;
  if (!trusts) return null;
  if (!before.trustTenantZone) {
    return "Only an owner can assume that contacts without a known location live in your time zone. Ask an owner.";
  }
  const moves = (name: "timezone" | "country") => change[name] !== undefined && change[name] !== before[name];
  return moves("timezone") || moves("country")
    ? "Contacts without a known location are assumed to live where your organisation is, so only an owner can change its time zone or country. Ask an owner."
    : null;
}

/** A country whose recommended hours apply before the change and not after it; null if there is none. */
function loosenedDestination(before: NightSettings, change: Partial<NightSettings>): string | null {
  const after = { ...before, ...change };
  const countries = [
    ...Object.keys(before.destinationHours),
    ...Object.keys(after.destinationHours),
    after.country,
  ];
  return countries.find((code) => recommendedApply(before, code) && !recommendedApply(after, code)) ?? null;
}

/**
 * Returns the choices to store with a change of settings by a member who is no owner. If the organisation moves to
 * another country, that country's recommended hours stay in use.
 */
export function keptDestinations(
  before: NightSettings,
  change: Partial<NightSettings>,
): DestinationHours | undefined {
  const { country } = change;
  const chosen = change.destinationHours ?? before.destinationHours;
  const moves = country !== undefined && country !== before.country;
  if (!moves || Object.hasOwn(chosen, country) || !recommendedApply(before, country)) {
    return change.destinationHours;
  }
  return { ...chosen, [country]: "recommended" };
}
