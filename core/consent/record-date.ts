const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;
const NUMBERS = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,T]+.*)?$/;
const DAY_FIRST = /^(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3})[a-z]*\.?[ ,-]+(\d{4})(?:[ ,]+.*)?$/i;
const MONTH_FIRST = /^([a-z]{3})[a-z]*\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?:[ ,]+.*)?$/i;
const UNIX = /^(\d{10})(\d{3})?$/;

/**
 * Returns the date in a cell of a consent record, or null where there is none. Days without a zone are taken in UTC. A
 * date that can be read in two ways ("03/04/2026") is the earlier one: consent must not last longer than it may.
 */
export function recordDate(cell: string): Date | null {
  const text = cell.trim();
  const unix = UNIX.exec(text);
  if (unix) return new Date(Number(unix[1]) * 1000);
  const iso = ISO.exec(text);
  if (iso) {
    const day = dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
    return day && withTime(text, day, iso);
  }
  const numbers = NUMBERS.exec(text);
  if (numbers) return ofTwoReadings(Number(numbers[1]), Number(numbers[2]), Number(numbers[3]), text);
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) return dayOf(Number(dayFirst[3]), monthOf(dayFirst[2]!), Number(dayFirst[1]));
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst) return dayOf(Number(monthFirst[3]), monthOf(monthFirst[1]!), Number(monthFirst[2]));
  return null;
}

const monthOf = (name: string): number => MONTHS.indexOf(name.toLowerCase()) + 1;

/** Points separate a day, a month and a year, in this order. Between slashes Americans put the month first. */
function ofTwoReadings(first: number, second: number, year: number, text: string): Date | null {
  const dayFirst = dayOf(year, second, first);
  if (text.includes(".")) return dayFirst;
  const monthFirst = dayOf(year, first, second);
  if (dayFirst === null || monthFirst === null) return dayFirst ?? monthFirst;
  return dayFirst < monthFirst ? dayFirst : monthFirst;
}

/** Null for a day that no calendar has. */
function dayOf(year: number, month: number, day: number): Date | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = year >= 1970 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date : null;
}

function withTime(text: string, day: Date, [, , , , hours, minutes, seconds]: RegExpExecArray): Date {
  if (hours === undefined) return day;
  const offset = /([+-])(\d{2}):?(\d{2})$/.exec(text);
  const offsetMinutes = offset
    ? (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]))
    : 0;
  const inDay = (Number(hours) * 60 + Number(minutes) - offsetMinutes) * 60 + Number(seconds ?? 0);
  return new Date(day.getTime() + inDay * 1000);
}
