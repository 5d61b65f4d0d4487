import { z } from "zod";
import { DAY_MS } from "../../time/wall-clock.ts";
import { reachedAt, timeOfDay } from "./local-time.ts";

/**
 * When a series repeats: on days of the week (1 is Monday), on a day of the month (a short month has its last day), or each
 * year on a date of each contact, such as a birthday: then it occurs daily, for those whose date it is.
 */
export const seriesRule = z.discriminatedUnion("every", [
  z.strictObject({
    every: z.literal("week"),
    weekdays: z
      .array(z.int().min(1).max(7))
      .min(1, "Choose at least one day of the week.")
      .max(7)
      .refine((days) => new Set(days).size === days.length, "Choose each day once."),
    time: timeOfDay,
  }),
  z.strictObject({
    every: z.literal("month"),
    day: z
      .int("Choose a day from 1 to 31.")
      .min(1, "Choose a day from 1 to 31.")
      .max(31, "Choose a day from 1 to 31."),
    time: timeOfDay,
  }),
  z.strictObject({
    every: z.literal("year"),
    field: z.string().min(1, "Choose a date field.").max(60),
    /** Days after the date; before it where negative. */
    offsetDays: z
      .int("Give whole days.")
      .min(-60, "At most 60 days before.")
      .max(60, "At most 60 days after."),
    time: timeOfDay,
  }),
]);
export type SeriesRule = z.output<typeof seriesRule>;

/** Returns the next days of a series after `after` (`YYYY-MM-DD`), until `endsOn` inclusive; null: it has no end. */
export function occurrencesAfter(
  rule: SeriesRule,
  after: string,
  endsOn: string | null,
  count: number,
): string[] {
  const found: string[] = [];
  let dayMs = Date.parse(after) + DAY_MS;
  // Each rule has a day in each month, so this ends.
  for (; found.length < count; dayMs += DAY_MS) {
    const day = new Date(dayMs).toISOString().slice(0, 10);
    if (endsOn !== null && day > endsOn) break;
    if (isOn(rule, dayMs)) found.push(day);
  }
  return found;
}

function isOn(rule: SeriesRule, dayMs: number): boolean {
  if (rule.every === "year") return true;
  const day = new Date(dayMs);
  if (rule.every === "week") return rule.weekdays.includes(day.getUTCDay() || 7);
  const lastOfMonth = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  return day.getUTCDate() === Math.min(rule.day, lastOfMonth);
}

/** Returns when a series launches on that day, by the clock of the zone. */
export function occursAt({ time }: SeriesRule, day: string, zone: string): Date {
  return reachedAt(zone, day, time);
}

/**
 * Returns the dates of a year (`MM-DD`) whose people get the text of a yearly series on that day. Where there is no 29 February,
 * those who were born on it have their day on the 28th.
 */
export function yearDaysOf(day: string, offsetDays: number): string[] {
  const on = new Date(Date.parse(day) - offsetDays * DAY_MS);
  const yearDay = on.toISOString().slice(5, 10);
  const isLeap = new Date(Date.UTC(on.getUTCFullYear(), 1, 29)).getUTCMonth() === 1;
  return yearDay === "02-28" && !isLeap ? [yearDay, "02-29"] : [yearDay];
}

/** Later than this after its time an occurrence is late: everything was down, or sending was paused. */
const LATE_MS = 3_600_000;
/** More are not looked at in one go; the rest comes with the next. */
const DUE_MAX = 50;

/** What is to be done about a series now. */
export interface DueOccurrences {
  /** The days whose time has come, oldest first, each with whether it is launched or only recorded as missed. */
  due: { day: string; launches: boolean }[];
  /** The first day whose time has not come; null: the series has ended. */
  nextDay: string | null;
}

/**
 * Returns the occurrences after `after` whose time has come. A late one is missed, unless the series sends late: then the
 * newest is launched, and the older ones are missed, so that nobody gets the same text twice in a row. Days of a yearly date are
 * for different people each, so all of them are launched. What was due before the database was restored is never launched: it may have been before, and the
 * backup does not know it.
 */
export function dueOccurrences(
  rule: SeriesRule,
  {
    after,
    endsOn,
    sendsLate,
    restoredAt,
  }: { after: string; endsOn: string | null; sendsLate: boolean; restoredAt: Date | null },
  zone: string,
  now: Date,
): DueOccurrences {
  const days = occurrencesAfter(rule, after, endsOn, DUE_MAX);
  const come = days.filter((day) => occursAt(rule, day, zone) <= now);
  const newest = come.at(-1);
  const isForAnyone = (day: string) => rule.every === "year" || day === newest;
  const mayBeRepeated = (day: string) => restoredAt !== null && occursAt(rule, day, zone) <= restoredAt;
  const isLate = (day: string) => now.getTime() - occursAt(rule, day, zone).getTime() > LATE_MS;
  return {
    due: come.map((day) => ({
      day,
      launches: isForAnyone(day) && !mayBeRepeated(day) && (sendsLate || !isLate(day)),
    })),
    nextDay: occurrencesAfter(rule, newest ?? after, endsOn, 1)[0] ?? null,
  };
}
