import data from "../data/public-holidays.json" with { type: "json" };
import type { HolidayRow } from "./rule-inputs.ts";
import { DAY_MS } from "./wall-clock.ts";

/** A day on which a country or state keeps a public holiday. */
export interface PublicHoliday {
  /** "YYYY-MM-DD" on the local calendar. */
  date: string;
  name: string;
  /** Whether it replaces a holiday that falls on a weekend. */
  substitute: boolean;
}

/** The years that the rules cover. */
export const HOLIDAY_YEARS: Readonly<{ from: number; until: number }> = {
  from: data.from,
  until: data.until,
};

const rowsByCountry: ReadonlyMap<string, readonly HolidayRow[]> = new Map(
  Object.entries(data.countries).map(([country, { rows }]) => [country, rows as readonly HolidayRow[]]),
);

/** Returns the shipped rules of a country's public holidays; undefined: none are known. */
export const holidayRowsOf = (country: string): readonly HolidayRow[] | undefined =>
  rowsByCountry.get(country);

/**
 * Returns the public holidays of a year, in order. Australia has them by state and the United Kingdom by nation; New
 * Zealand, the United States and Canada have national ones. Without a region: those of the whole country. Null for
 * another country, or a year outside HOLIDAY_YEARS. Sources and confidence: `data/public-holidays.json`. `rows`: other
 * rules than those shipped.
 */
export function publicHolidays(
  country: string,
  region: string | null,
  year: number,
  rows = rowsByCountry.get(country),
): PublicHoliday[] | null {
  if (!rows || year < HOLIDAY_YEARS.from || year > HOLIDAY_YEARS.until) return null;
  const found = new Map<string, PublicHoliday>();
  const here = rows.filter((row) => appliesIn(row, region));
  // A substitute may be in the year before: 1 January 2028 is a Saturday, so the US has its holiday on 31 December.
  for (const holidayYear of [year, year + 1]) {
    for (const row of here) {
      for (const holiday of holidaysIn(row, holidayYear)) {
        if (Number(holiday.date.slice(0, 4)) === year && !found.has(holiday.date)) {
          found.set(holiday.date, holiday);
        }
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

const daysByRows = new WeakMap<readonly HolidayRow[], Map<string, ReadonlySet<number>>>();
const NO_DAYS: ReadonlySet<number> = new Set();

/**
 * Returns all holidays of a location as days since 1970-01-01, for schedules that close on them; an empty set where
 * none are known. Returns the same set every time, because schedules are compared by identity. `rows`: other rules
 * than those shipped.
 */
export function holidayDays(
  country: string,
  region: string | null,
  rows = rowsByCountry.get(country),
): ReadonlySet<number> {
  if (!rows) return NO_DAYS;
  const known = region !== null && rows.some((row) => names(row, region)) ? region : null;
  const daysByRegion = daysByRows.get(rows) ?? new Map<string, ReadonlySet<number>>();
  daysByRows.set(rows, daysByRegion);
  const location = known ?? "";
  const remembered = daysByRegion.get(location);
  if (remembered) return remembered;
  const days = new Set<number>();
  for (let year = HOLIDAY_YEARS.from; year <= HOLIDAY_YEARS.until; year++) {
    for (const { date } of publicHolidays(country, known, year, rows)!) days.add(Date.parse(date) / DAY_MS);
  }
  daysByRegion.set(location, days);
  return days;
}

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher), as days since 1970-01-01. */
export function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const inCentury = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  return Date.UTC(year, 2, 22 + epact + toSunday - 7 * late) / DAY_MS;
}

function names({ only = [], except = [] }: HolidayRow, region: string): boolean {
  return only.includes(region) || except.includes(region);
}

function appliesIn({ only, except }: HolidayRow, region: string | null): boolean {
  if (region === null) return only === undefined;
  return (only?.includes(region) ?? true) && !except?.includes(region);
}

/** Returns the day itself, and its substitute if it falls on a weekend. */
function holidaysIn(row: HolidayRow, year: number): PublicHoliday[] {
  if (year < (row.from ?? year) || year > (row.until ?? year)) return [];
  return daysOf(row, year).flatMap((day) => {
    const later = substituteAfter(row, day);
    const itself = { date: dateOf(day), name: row.name, substitute: false };
    if (later === undefined) return [itself];
    const substitute = { date: dateOf(day + later), name: row.name, substitute: true };
    return row.moves ? [substitute] : [itself, substitute];
  });
}

function substituteAfter({ substitute }: HolidayRow, day: number): number | undefined {
  const weekday = weekdayOf(day);
  return weekday === 6 ? substitute?.saturday : weekday === 0 ? substitute?.sunday : undefined;
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

function daysOf({ on, dates = [] }: HolidayRow, year: number): number[] {
  if (on === undefined) {
    return dates.filter((date) => date.startsWith(`${year}-`)).map((date) => Date.parse(date) / DAY_MS);
  }
  if (on.startsWith("easter")) return [easterSunday(year) + Number(on.slice("easter".length))];
  const [weekday, from] = on.split(" from ");
  const day = Date.parse(`${year}-${from ?? weekday}`) / DAY_MS;
  return [from === undefined ? day : day + ((WEEKDAYS.indexOf(weekday!) - weekdayOf(day) + 7) % 7)];
}

/** Sunday is 0. Day 0 was a Thursday. */
function weekdayOf(day: number): number {
  return (day + 4) % 7;
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
