import { everyDay, type WeekSchedule } from "@smscrm/core/time/quiet-hours";

/**
 * Returns minutes since midnight on a zone's wall clock, from Intl: the evaluation must not use the code that it
 * tests.
 */
export function wallMinutes(zone: string, at: number): number {
  const parts = formatOf(zone).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  return part("hour") * 60 + part("minute") + part("second") / 60;
}

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...time });
  formats.set(zone, format);
  return format;
}

/** Returns "2026-11-30 09:05" on a zone's wall clock, from Intl too. Two of them compare as text. */
export function wallMoment(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit" },
  }).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value;
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}`;
}

/** The same hours on every day, in minutes. */
export interface Hours {
  openMinutes: number;
  closeMinutes: number;
}

export const ALL_DAY: Hours = { openMinutes: 0, closeMinutes: 1_440 };

export function isWithin({ openMinutes, closeMinutes }: Hours, zone: string, at: number): boolean {
  const now = wallMinutes(zone, at);
  return now >= openMinutes && now < closeMinutes;
}

export function scheduleOf({ openMinutes, closeMinutes }: Hours): WeekSchedule {
  return everyDay(clockText(openMinutes), clockText(closeMinutes));
}

const clockText = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** Zones all around the day, some with half-hour and quarter-hour offsets. */
const ZONES = [
  ...["Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Chicago"],
  ...[
    "America/New_York",
    "America/Halifax",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Atlantic/South_Georgia",
  ],
  ...["Atlantic/Azores", "Europe/London", "Europe/Paris", "Africa/Cairo", "Europe/Moscow", "Asia/Tehran"],
  ...[
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
  ],
  ...["Australia/Eucla", "Asia/Tokyo", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney"],
  ...["Pacific/Noumea", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia"],
];

/**
 * Returns hours with recipients on all sides of them. For some the window closes `closesInMs` from now, for some it
 * opens `opensInMs` from now (both to the next minute); some stay inside, and some stay outside.
 */
export function hoursAtTheirEdge(now: number, closesInMs: number, opensInMs: number) {
  const byHour = (hour: number) =>
    ZONES.reduce((best, zone) => {
      const far = (each: string) => Math.abs(wallMinutes(each, now) - hour * 60);
      return far(zone) < far(best) ? zone : best;
    });
  const [closing, opening, inside, outside] = [byHour(18), byHour(8), byHour(13), byHour(2)];
  const hours = {
    openMinutes: Math.floor(wallMinutes(opening, now + opensInMs)),
    closeMinutes: Math.ceil(wallMinutes(closing, now + closesInMs)),
  };
  return { hours, zones: { closing, opening, inside, outside } };
}

/**
 * Returns a zone whose clock changes during the run: one window that the change closes, and one that it opens. Null
 * if none changes then, which is likely unless `--clock` starts the run shortly before a change.
 */
export function hoursAtClockChange(now: number, withinMs: number) {
  for (const zone of ZONES) {
    for (let at = now; at < now + withinMs; at += 1_000) {
      const [before, after] = [wallMinutes(zone, at), wallMinutes(zone, at + 1_000)];
      if (after > before && after - before < 1) continue;
      const [last, first] = [Math.floor(before), Math.floor(after)];
      if (last === 1_439 || last < 20) continue;
      return {
        zone,
        at: at + 1_000,
        closedByChange: { openMinutes: last - 20, closeMinutes: last + 1 },
        openedByChange: { openMinutes: first, closeMinutes: first + 20 },
      };
    }
  }
  return null;
}

/** Returns four hours around a UTC clock's time, which in Australia is another part of the day. */
export function hoursAroundUtc(now: number): Hours {
  const minutes = Math.floor(wallMinutes("UTC", now));
  return { openMinutes: Math.max(0, minutes - 120), closeMinutes: Math.min(1_440, minutes + 120) };
}
