import { deadlineOffsetMs, ORDER_SPREAD_MS } from "@smscrm/core/deadline-order";
import { closesFirst, type Schedule, type WeekSchedule } from "@smscrm/core/quiet-hours";
import { statuteSchedules } from "@smscrm/core/quiet-hours-presets";
import { isValidZone, zonesOf } from "@smscrm/core/time-zone";

/** Where people of an audience may be: what decides when their window closes. */
export interface Place {
  timezone: string | null;
  country: string | null;
}

/** A place, and how long before the launch the messages to it count as due, in milliseconds. */
export interface PlaceOrder extends Place {
  aheadMs: number;
}

/**
 * In what order a campaign's messages come due: by whose window closes first. Those of one place are told one moment,
 * at most a second before the launch, so that the order costs no index and no wait. It is an order and no rule: where
 * somebody is known better than by zone and country, the gates know it too.
 */
export function orderPlaces(
  places: readonly Place[],
  hours: { tenant: WeekSchedule; campaign: WeekSchedule | null },
  launchedAt: Date,
): PlaceOrder[] {
  return places.map((place) => {
    const { timezone, country } = place;
    const schedules: Schedule[] = [hours.tenant, ...(country ? statuteSchedules(country) : [])];
    if (hours.campaign) schedules.push(hours.campaign);
    const zones = timezone && isValidZone(timezone) ? [timezone] : zonesOf(country);
    const closesAt = zones.length > 0 ? closesFirst(schedules, zones, launchedAt) : null;
    return { ...place, aheadMs: ORDER_SPREAD_MS - deadlineOffsetMs(closesAt, launchedAt) };
  });
}
