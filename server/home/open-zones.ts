import { closesFirst, isOpenEverywhere, nextOpeningEverywhere } from "@smscrm/core/quiet-hours";
import { statuteSchedules } from "@smscrm/core/quiet-hours-presets";
import { zonesOf } from "@smscrm/core/time-zone";
import { wallTime } from "@smscrm/core/wall-clock";
import type { SendingNumber } from "@smscrm/db/numbers";
import type { Settings } from "@smscrm/db/settings";

/** Zones of one country that open and close together, and whether texts may go there now. */
export interface OpenZones {
  country: string;
  zones: string[];
  open: boolean;
  /** When that changes; null: never. */
  changesAt: Date | null;
}

/** The countries that our numbers can text, by the organisation's hours and the countries' statutes. A state's own may be stricter. */
export function openZones(
  numbers: readonly SendingNumber[],
  { quietHours }: Pick<Settings, "quietHours">,
  now: Date,
): OpenZones[] {
  const active = numbers.filter((number) => number.status === "active");
  const countries = [...new Set(active.map((number) => number.country))].sort();
  return countries.flatMap((country) => {
    const schedules = [quietHours, ...statuteSchedules(country)];
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
