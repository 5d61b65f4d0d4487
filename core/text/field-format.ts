import { FIELD_FORMATS, type FieldFormat, formatted } from "./name-case.ts";

/**
 * How a merge field is written: in a case, or by a pattern.
 *
 *     {{first_name|there|title}}           upper, lower or title
 *     {{appointment|date:"ddd D MMM"}}     a date: D DD · ddd dddd · M MM MMM MMMM · YY YYYY, and [words in brackets]
 *     {{balance|number:"0,000.00"}}        a number: grouped by thousands where the pattern has a comma, with its decimals
 *     {{member|words:"a member/new"}}      a yes-no field: the words for yes and for no
 */
export type MergeFormat = FieldFormat | PatternFormat;

interface PatternFormat {
  kind: "date" | "number" | "words";
  pattern: string;
}

const PATTERN = /^(date|number|words)\s*:\s*(?:["“”„](.*)["“”]|(.*))$/su;

/** Whether a part between the | signs is a pattern, which may stand in the place of the fallback. */
export const isPattern = (part: string): boolean => /^(?:date|number|words)\s*:\s*["“”„]/u.test(part);

/** Returns a format, or a sentence that says what is wrong with it. */
export function readFormat(source: string): { format: MergeFormat } | { fault: string } {
  const known = FIELD_FORMATS.find((one) => one === source.toLowerCase());
  if (known) return { format: known };
  const found = PATTERN.exec(source);
  if (!found) {
    return {
      fault: `"${source}" is not a format: use upper, lower, title, date:"D MMM", number:"0.00" or words:"yes/no".`,
    };
  }
  const kind = found[1] as PatternFormat["kind"];
  const pattern = found[2] ?? found[3]!;
  const fault = patternFault(kind, pattern);
  return fault === null ? { format: { kind, pattern } } : { fault };
}

function patternFault(kind: PatternFormat["kind"], pattern: string): string | null {
  if (pattern.trim() === "") return `The format ${kind} needs a pattern between quotation marks.`;
  if (kind === "number")
    return NUMBER_PATTERN.test(pattern)
      ? null
      : `"${pattern}" is not a pattern for numbers: use for example "0", "0.00" or "0,000.00".`;
  if (kind === "words")
    return pattern.split("/").length === 2
      ? null
      : 'Write the words for yes and for no with one / between them: words:"yes/no".';
  const unknown = pattern.replace(DATE_TOKEN, "").match(/\p{L}+/u);
  return unknown
    ? `"${unknown[0]}" is no part of a date: use D, DD, ddd, dddd, M, MM, MMM, MMMM, YY, YYYY, and [brackets] for words.`
    : null;
}

const NUMBER_PATTERN = /^0(,000)?(\.0{1,6})?$/;
const DATE_TOKEN = /\[[^\]]*\]|dddd|ddd|DD|D|MMMM|MMM|MM|M|YYYY|YY/g;

/**
 * Writes a value in a format. Null if it isn't what the format is for, such as a word in a date's place: then the
 * message lacks the value, and doesn't go out with nonsense.
 */
export function inFormat(value: string, format: MergeFormat | undefined): string | null {
  if (format === undefined || typeof format === "string") return formatted(value, format);
  if (format.kind === "date") return dateIn(value, format.pattern);
  if (format.kind === "number") return numberIn(value, format.pattern);
  const [yes, no] = format.pattern.split("/") as [string, string];
  return value === "yes" ? yes.trim() : value === "no" ? no.trim() : null;
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July", "August"],
  ...["September", "October", "November", "December"],
];

function dateIn(value: string, pattern: string): string | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!found) return null;
  const [, year, month, day] = found as unknown as [string, string, string, string];
  const date = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return null;
  const parts: Record<string, string> = {
    ...{
      D: String(Number(day)),
      DD: day,
      M: String(Number(month)),
      MM: month,
      YYYY: year,
      YY: year.slice(2),
    },
    ...{ MMMM: MONTHS[Number(month) - 1]!, MMM: MONTHS[Number(month) - 1]!.slice(0, 3) },
    ...{ dddd: DAYS[date.getUTCDay()]!, ddd: DAYS[date.getUTCDay()]!.slice(0, 3) },
  };
  return pattern.replace(DATE_TOKEN, (token) => parts[token] ?? token.slice(1, -1));
}

/** Rounds by the digits as they are written, half away from zero: binary fractions would make 1.005 into 1.00. */
function numberIn(value: string, pattern: string): string | null {
  const found = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/.exec(value);
  if (!found) return null;
  const [, sign, whole = "", decimals = ""] = found;
  const wanted = (pattern.split(".")[1] ?? "").length;
  const scaled = BigInt(whole + decimals.slice(0, wanted).padEnd(wanted, "0"));
  const isUp = (decimals[wanted] ?? "0") >= "5";
  const digits = String(scaled + (isUp ? 1n : 0n)).padStart(wanted + 1, "0");
  const before = digits.slice(0, digits.length - wanted);
  const grouped = pattern.includes(",") ? before.replace(/\B(?=(\d{3})+$)/g, ",") : before;
  const text = wanted === 0 ? grouped : `${grouped}.${digits.slice(-wanted)}`;
  return sign === "-" && /[1-9]/.test(text) ? `-${text}` : text;
}
