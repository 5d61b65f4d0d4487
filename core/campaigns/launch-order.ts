import { deadlineOffsetMs, ORDER_SPREAD_MS } from "../time/deadline-order.ts";
import { type HoursSettings, hoursFor } from "../time/destination-hours.ts";
import { closesFirst, type WeekSchedule } from "../time/quiet-hours.ts";
import { isValidZone, zonesOf } from "../time/time-zone.ts";

/** A location of an audience: it decides when a sending window closes. */
export interface AudienceLocation {
  timezone: string | null;
  country: string | null;
}

/** A location, and how many milliseconds before the launch its messages count as due. */
export interface LocationOrder extends AudienceLocation {
  aheadMs: number;
}

/**
 * Orders a campaign's messages by the time when their windows close. All messages to one location get one due time,
 * at most a second before the launch, so that the order needs no index and no wait. It is only an order: the gates
 * use all that is known about a contact's location.
 */
export function orderLocations(
  locations: readonly AudienceLocation[],
  hours: { tenant: HoursSettings; campaign: WeekSchedule | null },
  launchedAt: Date,
): LocationOrder[] {
  return locations.map((location) => {
    const { timezone, country } = location;
    const places = country ? [{ country, region: null }] : [];
    const schedules = hoursFor(hours.tenant, hours.campaign, places);
    const zones = timezone && isValidZone(timezone) ? [timezone] : zonesOf(country);
    const closesAt = zones.length > 0 ? closesFirst(schedules, zones, launchedAt) : null;
    return { ...location, aheadMs: ORDER_SPREAD_MS - deadlineOffsetMs(closesAt, launchedAt) };
  });
}
