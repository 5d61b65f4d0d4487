/** Local days, both included, as `YYYY-MM-DD`. */
export interface Period {
  from: string;
  to: string;
}

export const PERIODS = ["7d", "30d", "90d", "month", "last-month", "custom"] as const;
export type PeriodName = (typeof PERIODS)[number];

/** A report reads at most this many days. */
export const PERIOD_DAYS_MAX = 366;

const DAY_MS = 86_400_000;
const timeOf = (day: string) => Date.parse(`${day}T00:00:00Z`);

/** Returns the local day `days` later. A day is a date, so zones and their changes don't matter here. */
export function addDays(day: string, days: number): string {
  return new Date(timeOf(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Returns how many days a period has. */
export function lengthOf({ from, to }: Period): number {
  return Math.round((timeOf(to) - timeOf(from)) / DAY_MS) + 1;
}

/** Returns all days of a period, in order. */
export function daysOf(period: Period): string[] {
  return Array.from({ length: lengthOf(period) }, (_, at) => addDays(period.from, at));
}

/** Returns whether it is a real date, such as 2026-02-28. */
export function isDay(text: string): boolean {
  const time = /^(19|20)\d{2}-\d{2}-\d{2}$/.test(text) ? timeOf(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Returns the days of a period that is named; `today` is the tenant's local day. A custom one is given by its days. */
export function periodOf(name: Exclude<PeriodName, "custom">, today: string): Period {
  const month = `${today.slice(0, 7)}-01`;
  if (name === "month") return { from: month, to: today };
  if (name === "last-month") {
    const to = addDays(month, -1);
    return { from: `${to.slice(0, 7)}-01`, to };
  }
  return { from: addDays(today, 1 - Number.parseInt(name, 10)), to: today };
}

/** Returns the period of equal length just before. */
export function periodBefore(period: Period): Period {
  return { from: addDays(period.from, -lengthOf(period)), to: addDays(period.from, -1) };
}

/** Returns the day of the week, 1 (Monday) to 7. */
function weekdayOf(day: string): number {
  return new Date(timeOf(day)).getUTCDay() || 7;
}

export type Cadence = "week" | "month";

/** Returns the last whole week (from Monday) or month before `today`, for a report by mail. */
export function lastWhole(cadence: Cadence, today: string): Period {
  if (cadence === "month") return periodOf("last-month", today);
  const monday = addDays(today, 1 - weekdayOf(today));
  return { from: addDays(monday, -7), to: addDays(monday, -1) };
}
