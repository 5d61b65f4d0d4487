import { DEFAULT_SCHEDULE, type WeekSchedule } from "./quiet-hours.ts";
import { isStricter } from "./stricter-hours.ts";

/** The settings that decide whether contacts may be texted at night. */
export interface NightSettings {
  quietHours: WeekSchedule;
  timezone: string;
  country: string;
  trustTenantZone: boolean;
}

/**
 * Returns why a change of settings could allow texts at night, in a sentence for members who may not make it; null
 * where it can't. From 21:00 to 09:00 local time nobody is texted. Only an owner may change that, or assume that all
 * contacts live where the organisation does: at 09:00 in Sydney it is 06:00 in Perth. Everyone may choose shorter
 * hours.
 */
export function nightRuleFault(before: NightSettings, change: Partial<NightSettings>): string | null {
  const { quietHours } = change;
  if (quietHours && !isStricter(quietHours, DEFAULT_SCHEDULE) && !isStricter(quietHours, before.quietHours)) {
    return "Only an owner can allow texts between 21:00 and 09:00. Choose hours within 09:00 and 21:00, or ask an owner.";
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
