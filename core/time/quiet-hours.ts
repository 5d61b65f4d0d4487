import { z } from "zod";
import { DAY_MS, instantsOf, MINUTE_MS, wallDay, wallMs } from "./wall-clock.ts";

export { isStricter } from "./stricter-hours.ts";

import { type DayHours, type DayWindow, normalWeek, type WeekSchedule, windowsOf } from "./week-schedule.ts";

export type { DayHours, DayWindow, WeekSchedule } from "./week-schedule.ts";

/** Days since 1970-01-01 on the recipient's calendar, for example from `holidayDays`. */
export type ClosedDays = ReadonlySet<number>;

/** A week that has other hours on certain days, such as public holidays, or none. */
export interface ClosingSchedule {
  week: WeekSchedule;
  closedDays: ClosedDays;
  /** The hours of those days; absent: none. */
  closedDayHours?: DayHours;
}

/** The input of every function below: weekly hours, with or without closed days. */
export type Schedule = WeekSchedule | ClosingSchedule;

const dayWindow = z
  .strictObject({
    open: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Write the opening time as HH:MM, for example 09:00."),
    close: z
      .string()
      .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "Write the closing time as HH:MM, for example 21:00."),
  })
  .refine((window) => window.open !== window.close, {
    message: "The window must close later than it opens. For the whole day write 00:00 to 24:00.",
    path: ["close"],
  });

/** More windows in a day are a mistake of a program. */
const WINDOWS_MAX = 4;

/**
 * Validates a schedule, with a message for each fault, and returns it in its stored form. A day is a window, a list
 * of windows, or null. A window that closes before it opens lasts over midnight.
 */
export const weekSchedule = z
  .array(
    z.union([
      dayWindow,
      z
        .array(dayWindow)
        // A limit for readers of the schema; the sentence is the refinement's.
        .max(10 * WINDOWS_MAX)
        .refine((windows) => windows.length <= WINDOWS_MAX, `Give a day at most ${WINDOWS_MAX} windows.`)
        .readonly(),
      z.null(),
    ]),
  )
  .length(7, "A schedule has seven days, Monday first; a day without sending is null")
  .transform(normalWeek);

/** The same hours every day. */
export function everyDay(open: string, close: string): readonly DayWindow[] {
  return Array.from({ length: 7 }, () => ({ open, close }));
}

/** The operators' promise: quiet from 21:00 to 09:00 in the recipient's zone, every day. */
export const DEFAULT_SCHEDULE: readonly DayWindow[] = everyDay("09:00", "21:00");

/** No quiet hours, for messages that no rule restricts (a code that the person waits for). */
export const ALWAYS_OPEN: readonly DayWindow[] = everyDay("00:00", "24:00");

/**
 * Returns the same hours, closed on those days, or with the hours given for them. Keep the result: schedules are
 * compared by identity.
 */
export function closedOn(
  week: WeekSchedule,
  closedDays: ClosedDays,
  closedDayHours: DayHours = null,
): ClosingSchedule {
  return { week, closedDays, closedDayHours };
}

/**
 * How far to search: if a clock change removes a weekly window, the next is a week later. One more week is a reserve.
 */
const HORIZON_DAYS = 21;

/**
 * Whether the wall clock of `zone` shows a time inside the day's window. Both passes of a repeated hour count by what
 * the clock shows; a skipped time never occurs. Unknown zones are closed.
 */
export function isOpen(schedule: Schedule, zone: string, at: Date): boolean {
  return isOpenMs(schedule, zone, at.getTime());
}

/** Returns when a message may next go: `at` itself when open, null when no day ever opens. */
export function nextOpening(schedule: Schedule, zone: string, at: Date): Date | null {
  return isOpen(schedule, zone, at) ? at : toDate(nextEdgeMs(schedule, zone, at.getTime(), true));
}

/** Returns when the window that is open at `at` closes; null when it is closed, or never closes. */
export function closesAt(schedule: Schedule, zone: string, at: Date): Date | null {
  return isOpen(schedule, zone, at) ? toDate(nextEdgeMs(schedule, zone, at.getTime(), false)) : null;
}

/** Whether every schedule is open in every zone. Without schedules or zones the answer is no. */
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

/**
 * Returns when all schedules are next open in all zones at once; null if that does not happen within three weeks.
 */
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

/** Returns when the first of these windows closes; null if one is already closed, or none ever closes. */
export function closesFirst(schedules: readonly Schedule[], zones: readonly string[], at: Date): Date | null {
  if (!isOpenEverywhere(schedules, zones, at)) return null;
  const closings = schedules
    .flatMap((schedule) => zones.map((zone) => nextEdgeMs(schedule, zone, at.getTime(), false)))
    .filter((closingMs) => closingMs !== null);
  return closings.length === 0 ? null : new Date(Math.min(...closings));
}

/** Whether that local day is one of the schedule's closed days. */
export function isClosedDay(schedule: Schedule, zone: string, at: Date): boolean {
  return !isWeek(schedule) && schedule.closedDays.has(wallDay(zone, at.getTime()));
}

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3;

/** Returns the local weekday ("Sunday") if the schedule has no hours on it; null if it has some, or closes for another reason. */
export function closedWeekday(schedule: Schedule, zone: string, at: Date): string | null {
  const day = wallDay(zone, at.getTime());
  if (isClosedDay(schedule, zone, at) || windowsOf(hoursOn(schedule, day)).length > 0) return null;
  return WEEKDAYS[(day + FIRST_WEEKDAY) % 7]!;
}

function isOpenMs(schedule: Schedule, zone: string, atMs: number): boolean {
  const wall = wallMs(zone, atMs);
  const day = Math.floor(wall / DAY_MS);
  const hours = hoursOn(schedule, day);
  if (!hours) return false;
  const msOfDay = wall - day * DAY_MS;
  // Nearly every day has one window, and this is asked for each message: so no list is made for it.
  if (!isList(hours)) return isWithin(hours, msOfDay);
  return hours.some((window) => isWithin(window, msOfDay));
}

function isWithin({ open, close }: DayWindow, msOfDay: number): boolean {
  return msOfDay >= minuteOf(open) * MINUTE_MS && msOfDay < minuteOf(close) * MINUTE_MS;
}

/**
 * Returns the first instant after `atMs` when the schedule opens (or closes). Windows change only where the wall
 * clock passes an edge of a window or jumps, so it tries only those instants. It also tries one day before and after,
 * because a clock that goes back over midnight shows the earlier date again.
 */
function nextEdgeMs(schedule: Schedule, zone: string, atMs: number, opens: boolean): number | null {
  const today = wallDay(zone, atMs);
  let bestMs = Number.POSITIVE_INFINITY;
  let lastDay = today + HORIZON_DAYS;
  for (let day = today - 1; day <= lastDay; day++) {
    for (const window of windowsOf(hoursOn(schedule, day))) {
      for (const edgeMs of instantsOf(zone, day, minuteOf(opens ? window.open : window.close))) {
        if (edgeMs > atMs && edgeMs < bestMs && isOpenMs(schedule, zone, edgeMs) === opens) bestMs = edgeMs;
      }
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
function hoursOn(schedule: Schedule, day: number): DayHours | undefined {
  if (isWeek(schedule)) return schedule[(((day + FIRST_WEEKDAY) % 7) + 7) % 7];
  return schedule.closedDays.has(day) ? schedule.closedDayHours : hoursOn(schedule.week, day);
}

function isWeek(schedule: Schedule): schedule is WeekSchedule {
  return Array.isArray(schedule);
}

function isList(hours: DayWindow | readonly DayWindow[]): hours is readonly DayWindow[] {
  return Array.isArray(hours);
}

/** Returns minutes since midnight. Any other format gives NaN, which is never inside a window. */
function minuteOf(time: string): number {
  if (time.length !== 5 || time.charCodeAt(2) !== 58) return Number.NaN;
  const digit = (index: number) => time.charCodeAt(index) - 48;
  return (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4);
}

function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
