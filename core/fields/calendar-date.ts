/** The order of day and month where both are numbers. Null: the country uses several, so such a date is ambiguous. */
export type DateOrder = "day-first" | "month-first" | null;

/** CLDR 46, `dateFormats-short`: countries whose English writes the month first. */
const MONTH_FIRST = "US PR GU VI AS MP UM PH FM MH PW".split(" ");
/** CLDR 46: the year comes first, or people use several orders (Canada). */
const NO_ORDER = "CA CN JP KR KP TW HU LT MN IR BT ZA".split(" ");

/** Returns the order that people of a country write. `country` is ISO 3166-1 alpha-2. */
export function dateOrderOf(country: string): DateOrder {
  if (MONTH_FIRST.includes(country)) return "month-first";
  return NO_ORDER.includes(country) ? null : "day-first";
}

export type DateReading = { ok: true; date: string } | { ok: false; problem: string };

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ISO = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/;
const NUMBERS = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[ ,T].*)?$/;
const DAY_NAMED =
  /^(?:[a-z]{3,9},? +)?(\d{1,2})(?:st|nd|rd|th)?[ -]+([a-z]{3})[a-z]*\.?[ ,-]+(\d{4})(?:[ ,].*)?$/i;
const MONTH_NAMED =
  /^(?:[a-z]{3,9},? +)?([a-z]{3})[a-z]*\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?:[ ,].*)?$/i;
const SHORT_YEAR = /^\d{1,2}[/.-]\d{1,2}[/.-]\d{2}$/;

const HOW = "Write it as 2026-03-31 or 31 March 2026.";

/**
 * Reads a day of the calendar as `YYYY-MM-DD`. A time of day is left out. Where both numbers can be the month, the
 * order decides; without one, or with a year of two digits, the date is refused. Points always mean day, month, year.
 */
export function readDate(text: string, order: DateOrder): DateReading {
  const iso = ISO.exec(text);
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const named = DAY_NAMED.exec(text);
  if (named) return dayOf(Number(named[3]), monthOf(named[2]!), Number(named[1]));
  const american = MONTH_NAMED.exec(text);
  if (american) return dayOf(Number(american[3]), monthOf(american[1]!), Number(american[2]));
  const numbers = NUMBERS.exec(text);
  if (numbers) {
    const [, first, sign, second, year] = numbers;
    return ofNumbers(Number(first), Number(second), Number(year), sign === "." ? "day-first" : order);
  }
  const problem = SHORT_YEAR.test(text) ? `The year needs four digits. ${HOW}` : `This is not a date. ${HOW}`;
  return { ok: false, problem };
}

const monthOf = (name: string): number => MONTHS.indexOf(name.toLowerCase()) + 1;

function ofNumbers(first: number, second: number, year: number, order: DateOrder): DateReading {
  if (order === "day-first") return dayOf(year, second, first);
  if (order === "month-first") return dayOf(year, first, second);
  if (first === second) return dayOf(year, first, second);
  const readings = [dayOf(year, second, first), dayOf(year, first, second)].filter(({ ok }) => ok);
  if (readings.length === 2)
    return { ok: false, problem: `The day and the month can be read both ways. ${HOW}` };
  return readings[0] ?? NO_SUCH_DAY;
}

const NO_SUCH_DAY: DateReading = { ok: false, problem: `The calendar has no such day. ${HOW}` };

function dayOf(year: number, month: number, day: number): DateReading {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? { ok: true, date: date.toISOString().slice(0, 10) } : NO_SUCH_DAY;
}
