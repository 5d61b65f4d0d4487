import { type HoursSettings, hoursFor } from "./destination-hours.ts";
import { closesFirst, isOpenEverywhere, nextOpeningEverywhere } from "./quiet-hours.ts";
import { zonesOf } from "./time-zone.ts";
import { wallTime } from "./wall-clock.ts";

/** Zones of one country that open and close together, and whether texts may be sent there now. */
export interface OpenZones {
  country: string;
  zones: string[];
  open: boolean;
  /** When that changes; null: never. */
  changesAt: Date | null;
}

/**
 * Returns the zones of the countries that our numbers can text, by the hours that apply there. A state's
 * law may be stricter.
 */
export function openZones(
  numbers: readonly { country: string; status: string }[],
  settings: HoursSettings,
  now: Date,
): OpenZones[] {
  const active = numbers.filter((number) => number.status === "active");
  const countries = [...new Set(active.map((number) => number.country))].sort();
  return countries.flatMap((country) => {
    const schedules = hoursFor(settings, null, [{ country, region: null }]);
    const groups = new Map<string, OpenZones>();
    for (const zone of zonesOf(country)) {
      const open = isOpenEverywhere(schedules, [zone], now);
      const changesAt = open
        ? closesFirst(schedules, [zone], now)
        : nextOpeningEverywhere(schedules, [zone], now);
      const key = `${open} ${changesAt?.getTime()} ${wallTime(zone, now)}`;
      const known = groups.get(key);
      if (known) known.zones.push(zone);
      else groups.set(key, { country, zones: [zone], open, changesAt });
    }
    return [...groups.values()];
  });
}
