import { z } from "zod";
import { DAY_MS, instantsOf, MINUTE_MS, wallDay, wallMs } from "./wall-clock.ts";

export { isStricter } from "./stricter-hours.ts";

/** Hours in which a message may go, on the recipient's wall clock: from `open` until just before `close`. */
export type DayWindow = { open: string; close: string };

/** Seven days, Monday first; null is a day on which nothing may go. */
export type WeekSchedule = readonly (DayWindow | null)[];

/** Days since 1970-01-01 on the recipient's calendar, such as `holidayDays` of public-holidays gives. */
export type ClosedDays = ReadonlySet<number>;

/** A week that is closed on certain days besides, such as public holidays. */
export interface ClosingSchedule {
  week: WeekSchedule;
  closedDays: ClosedDays;
}

/** What every question below takes: hours by the week alone, or with days on which they are closed. */
export type Schedule = WeekSchedule | ClosingSchedule;

const dayWindow = z
  .strictObject({
    open: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Opening time must be HH:MM from 00:00 to 23:59"),
    close: z
      .string()
      .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "Closing time must be HH:MM from 00:01 to 24:00"),
  })
  .refine((window) => window.open < window.close, {
    message: "Opening time must be before closing time; hours over midnight are two windows on two days",
    path: ["close"],
  });

/** What people and callers may hand in as a schedule, with a message for each fault. */
export const weekSchedule = z
  .array(dayWindow.nullable())
  .length(7, "A schedule has seven days, Monday first; a day without sending is null")
  .readonly();

/** The same hours every day. */
export function everyDay(open: string, close: string): WeekSchedule {
  return Array.from({ length: 7 }, () => ({ open, close }));
}

/** The operators' promise: quiet from 21:00 to 09:00 in the recipient's zone, every day. */
export const DEFAULT_SCHEDULE: WeekSchedule = everyDay("09:00", "21:00");

/** No quiet hours at all, for messages that no rule restricts (a code that the person is waiting for). */
export const ALWAYS_OPEN: WeekSchedule = everyDay("00:00", "24:00");

/** The same hours, closed on those days. Keep what it returns: schedules are told apart by identity. */
export function closedOn(week: WeekSchedule, closedDays: ClosedDays): ClosingSchedule {
  return { week, closedDays };
}

/** Longest look ahead: a weekly window that a clock change swallows comes a week later, with a week to spare. */
const HORIZON_DAYS = 21;

/**
 * Whether the wall clock of `zone` shows a time inside the day's window. The clock people read decides, so a
 * repeated hour is judged by what it shows both times, and a skipped time never is. Unknown zones are closed.
 */
export function isOpen(schedule: Schedule, zone: string, at: Date): boolean {
  return isOpenMs(schedule, zone, at.getTime());
}

/** When a message may next go: `at` itself when open, null when no day ever opens. */
export function nextOpening(schedule: Schedule, zone: string, at: Date): Date | null {
  return isOpen(schedule, zone, at) ? at : toDate(nextEdgeMs(schedule, zone, at.getTime(), true));
}

/** When the window that is open at `at` closes; null when it is closed, or never closes. */
export function closesAt(schedule: Schedule, zone: string, at: Date): Date | null {
  return isOpen(schedule, zone, at) ? toDate(nextEdgeMs(schedule, zone, at.getTime(), false)) : null;
}

/** Whether every schedule is open in every zone. Nothing to compare with is closed: doubt is quiet. */
export function isOpenEverywhere(
  schedules: readonly Schedule[],
  zones: readonly string[],
  at: Date,
): boolean {
  const atMs = at.getTime();
  for (const schedule of schedules) {
    for (const zone of zones) if (!isOpenMs(schedule, zone, atMs)) return false;
  }
  return schedules.length > 0 && zones.length > 0;
}

/** When all schedules are next open in all zones at once; null when that never happens within three weeks. */
export function nextOpeningEverywhere(
  schedules: readonly Schedule[],
  zones: readonly string[],
  at: Date,
): Date | null {
  if (schedules.length === 0 || zones.length === 0) return null;
  const horizonMs = at.getTime() + HORIZON_DAYS * DAY_MS;
  let fromMs = at.getTime();
  while (fromMs <= horizonMs) {
    const latestMs = latestOpeningMs(schedules, zones, fromMs);
    if (latestMs === null || latestMs === fromMs) return toDate(latestMs);
    fromMs = latestMs;
  }
  return null;
}

/** When the first of these windows closes; null when one is closed already, or none ever closes. */
export function closesFirst(schedules: readonly Schedule[], zones: readonly string[], at: Date): Date | null {
  if (!isOpenEverywhere(schedules, zones, at)) return null;
  const closings = schedules
    .flatMap((schedule) => zones.map((zone) => nextEdgeMs(schedule, zone, at.getTime(), false)))
    .filter((closingMs) => closingMs !== null);
  return closings.length === 0 ? null : new Date(Math.min(...closings));
}

/** Whether the schedule is closed the whole of that local day because it is one of its closed days. */
export function isClosedDay(schedule: Schedule, zone: string, at: Date): boolean {
  return !isWeek(schedule) && schedule.closedDays.has(wallDay(zone, at.getTime()));
}

function isOpenMs(schedule: Schedule, zone: string, atMs: number): boolean {
  const wall = wallMs(zone, atMs);
  const day = Math.floor(wall / DAY_MS);
  const window = windowOn(schedule, day);
  if (!window) return false;
  const msOfDay = wall - day * DAY_MS;
  return msOfDay >= minuteOf(window.open) * MINUTE_MS && msOfDay < minuteOf(window.close) * MINUTE_MS;
}

/**
 * The first instant after `atMs` at which the answer becomes `opens`. Windows begin and end only where the
 * wall clock passes an edge of a window or jumps, so trying those few instants is enough. One day back and one
 * day on are tried too, because a clock that goes back over midnight shows the earlier date again.
 */
function nextEdgeMs(schedule: Schedule, zone: string, atMs: number, opens: boolean): number | null {
  const today = wallDay(zone, atMs);
  let bestMs = Number.POSITIVE_INFINITY;
  let lastDay = today + HORIZON_DAYS;
  for (let day = today - 1; day <= lastDay; day++) {
    const window = windowOn(schedule, day);
    if (!window) continue;
    for (const edgeMs of instantsOf(zone, day, minuteOf(opens ? window.open : window.close))) {
      if (edgeMs > atMs && edgeMs < bestMs && isOpenMs(schedule, zone, edgeMs) === opens) bestMs = edgeMs;
    }
    if (bestMs < Number.POSITIVE_INFINITY) lastDay = Math.min(lastDay, day + 1);
  }
  return bestMs < Number.POSITIVE_INFINITY ? bestMs : null;
}

function latestOpeningMs(
  schedules: readonly Schedule[],
  zones: readonly string[],
  fromMs: number,
): number | null {
  let latestMs = fromMs;
  for (const schedule of schedules) {
    for (const zone of zones) {
      if (isOpenMs(schedule, zone, latestMs)) continue;
      const openingMs = nextEdgeMs(schedule, zone, latestMs, true);
      if (openingMs === null) return null;
      latestMs = openingMs;
    }
  }
  return latestMs;
}

/** Day 0 was a Thursday; a schedule begins on Monday. */
function windowOn(schedule: Schedule, day: number): DayWindow | null | undefined {
  if (isWeek(schedule)) return schedule[(((day + 3) % 7) + 7) % 7];
  return schedule.closedDays.has(day) ? null : windowOn(schedule.week, day);
}

function isWeek(schedule: Schedule): schedule is WeekSchedule {
  return Array.isArray(schedule);
}

/** Minutes since midnight; NaN, which is never inside a window, for anything that is not HH:MM. */
function minuteOf(time: string): number {
  if (time.length !== 5 || time.charCodeAt(2) !== 58) return Number.NaN;
  const digit = (index: number) => time.charCodeAt(index) - 48;
  return (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4);
}

function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
