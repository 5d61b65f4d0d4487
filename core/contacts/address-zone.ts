import { type ZoneClues, type ZoneSource, zoneFor } from "../time/time-zone.ts";

/** The zone that a contact's address and number tell, and where it is known from. Null: not known, or several are possible. */
export function addressZone(clues: ZoneClues): { timezone: string | null; timezoneSource: ZoneSource } {
  const { zones, source } = zoneFor(clues);
  const only = zones.length === 1 && source !== "unknown" ? zones[0]! : null;
  return { timezone: only, timezoneSource: only === null ? "unknown" : source };
}
