import { callingCodeOf, normalisePhone } from "./phone.ts";

const HIDDEN = "•";
const LAST_SHOWN = 2;
/** The first digit after the country code says mobile or region. A short number would be easy to guess with it. */
const NATIONAL_DIGITS_MIN = 8;

/** Returns a number in E.164 with its country code, first and last two digits: +614••••••06. */
export function maskPhone(e164: string): string {
  const code = callingCodeOf(e164);
  const national = e164.slice(1 + code.length);
  const first = national.length >= NATIONAL_DIGITS_MIN ? national.slice(0, 1) : "";
  const hidden = Math.max(0, national.length - first.length - LAST_SHOWN);
  return `+${code}${first}${HIDDEN.repeat(hidden)}${national.slice(first.length + hidden)}`;
}

/** E.164, also with the separators that people write. */
const INTERNATIONAL = /\+[1-9](?:[ ()./-]{0,2}\d){6,14}/g;
/** The beginning of a number at the end of a text that was cut off. */
const CUT_OFF = /\+[1-9]\d{2,5}$/;
/** A day with or without a time, or digits that may be a number of the country. */
const DAY_OR_DIGITS = /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d)?|(?<![\w•+-])\(?\d[\d ()./-]{5,22}\d(?![\w•-])/g;
const DAY = /^\d{4}-\d\d-\d\d/;
const DECIMAL = /^[1-9]\d*\.\d+$/;
const MAY_HOLD_NUMBER = /\d(?:[ ()./-]{0,2}\d){6}|\+\d{3,6}$/;

/**
 * Masks every phone number in a text: those with + and a country code, and digits that are a valid number in `country`.
 * Days, ids and amounts stay.
 */
export function maskNumbersIn(text: string, country: string): string {
  if (!MAY_HOLD_NUMBER.test(text)) return text;
  return text
    .replace(INTERNATIONAL, (found) => maskPhone(`+${found.replace(/\D/g, "")}`))
    .replace(CUT_OFF, (found) => found.replace(/\d/g, HIDDEN))
    .replace(DAY_OR_DIGITS, (found) => {
      if (DAY.test(found) || DECIMAL.test(found)) return found;
      return normalisePhone(found, country).ok ? hideDigits(found) : found;
    });
}

const CELL_DIGITS_MIN = 6;

/** Masks a cell of a file: also a number that was damaged, and so is none. */
export function maskCell(cell: string): string {
  return digitsIn(cell) < CELL_DIGITS_MIN ? cell : hideDigits(cell);
}

const digitsIn = (text: string) => [...text.matchAll(/\p{Nd}/gu)].length;

/** Hides every digit but the last two. */
function hideDigits(text: string): string {
  let left = digitsIn(text) - LAST_SHOWN;
  return text.replace(/\p{Nd}/gu, (digit) => (left-- > 0 ? HIDDEN : digit));
}
