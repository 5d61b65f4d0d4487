import { normalisePhone } from "../contacts/phone.ts";
import { keptForm } from "../contacts/phone-forms.ts";
import { guessDelimiter, guessNewline } from "../files/csv-encoding.ts";
import { csvRows } from "../files/csv-rows.ts";

/** What a piece of a file says. */
export interface ListPiece {
  /** E.164, in the order of the file. A number may come more than once. */
  numbers: string[];
  /** Rows that say that their number is not listed, such as the clean rows of a scrub result. */
  clean: number;
  /** Rows whose number can't be read. */
  unreadable: number;
}

/** Why a file is no list of numbers, in a sentence with what to do. */
export class UnreadableList extends Error {}

const HEADINGS = /phone|mobile|cell|msisdn|number|nummer|n[úu]mero|numero|tel|recipient/i;
/** A column that says whether the number is on the register for texts. */
const TEXT_REGISTER = /text|sms/i;
const RESULT = /status|result|outcome|blocked|dnd|dnc|scrub|listed|register/i;
/** Columns about other registers of the same result, such as calls and fax. */
const OTHER_REGISTER = /voice|call|fax|mail/i;

const CLEAN = new Set(
  "n no 0 false clean ok allowed allow pass passed not-listed notlisted not-registered notregistered unregistered not-found notfound unblocked not-blocked".split(
    " ",
  ),
);

interface Columns {
  phone: number;
  /** The column whose words say whether the number is listed; null: each number in the file is. */
  result: number | null;
}

/**
 * Reads the numbers of a suppression list, piece by piece: one number a line, the two columns of the US flat file
 * (202,5551234), or CSV with a heading, with or without a column that says whether the number is listed. A word in that
 * column that is not known counts as listed. Throws `UnreadableList` for a change list and for XML, from which the whole
 * list can't be known. `country`: of numbers without a country code.
 */
export function listFile(country: string) {
  const read = numberReader(country);
  let rows: ReturnType<typeof csvRows> | null = null;
  let columns: Columns | null = null;

  function columnsOf(cells: readonly string[]): Columns | null {
    if (cells.some((cell) => read(cell) !== null) || isSplit(cells)) return null;
    const named = cells.findIndex((cell) => HEADINGS.test(cell) && !TEXT_REGISTER.test(cell));
    const about = (form: RegExp) =>
      cells.findIndex((cell, at) => at !== named && form.test(cell) && !OTHER_REGISTER.test(cell));
    const texts = about(TEXT_REGISTER);
    const result = texts >= 0 ? texts : about(RESULT);
    return { phone: Math.max(0, named), result: result >= 0 ? result : null };
  }

  return {
    take(text: string, last = false): ListPiece {
      if (rows === null) {
        if (/^\s*</.test(text)) throw new UnreadableList(XML);
        rows = csvRows({ delimiter: guessDelimiter(text), newline: guessNewline(text) });
      }
      const piece: ListPiece = { numbers: [], clean: 0, unreadable: 0 };
      for (const { line, cells } of rows.take(text, last)) {
        if (isChange(cells)) throw new UnreadableList(CHANGES);
        if (line === 1) {
          columns = columnsOf(cells);
          if (columns !== null) continue;
        }
        const { phone, result } = columns ?? { phone: 0, result: null };
        const number = read(isSplit(cells) ? `${cells[0]}${cells[1]}` : (cells[phone] ?? ""));
        if (number === null) piece.unreadable += 1;
        else if (result !== null && isClean(cells[result] ?? "")) piece.clean += 1;
        else piece.numbers.push(number);
      }
      return piece;
    },
  };
}

const XML =
  "This is the register's XML file. Download the flat text file, which has one number a line, and upload that.";
const CHANGES =
  "This is a change list: it says what was added and deleted since another download. Download the full list and upload that.";

/** A US number in two columns: the area code, and the seven digits after it. */
const isSplit = (cells: readonly string[]): boolean =>
  cells.length === 2 && /^\s*[2-9]\d{2}\s*$/.test(cells[0]!) && /^\s*\d{3}-?\d{4}\s*$/.test(cells[1]!);

/** A line of a change list ends with A or D, and has the day of the change. */
const isChange = (cells: readonly string[]): boolean =>
  cells.length >= 3 &&
  cells.some((cell) => /^\s*[AD]\s*$/.test(cell)) &&
  cells.some((cell) => /^\s*(\d{8}|\d{4}-\d\d-\d\d)\s*$/.test(cell));

const isClean = (word: string): boolean =>
  CLEAN.has(
    word
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_]+/g, "-"),
  );

/** Millions of numbers have the plain form of their register, which needs no look at the number plan. */
function numberReader(country: string) {
  const isNorthAmerican = NANP.has(country);
  return (cell: string): string | null => {
    const raw = cell.trim();
    if (isNorthAmerican && /^[2-9]\d{9}$/.test(raw)) return `+1${raw}`;
    if (/^\+[1-9]\d{6,14}$/.test(raw)) return keptForm(raw);
    if (raw.length < 6 || raw.length > 64 || !/\d{4}/.test(raw.replaceAll(/[\s().-]/g, ""))) return null;
    const phone = normalisePhone(raw, country);
    if (phone.ok) return keptForm(phone.e164);
    const digits = raw.replaceAll(/[\s().-]/g, "");
    if (isNorthAmerican && /^1?[2-9]\d{9}$/.test(digits)) return `+1${digits.slice(-10)}`;
    return /^\+[1-9]\d{6,14}$/.test(digits) ? keptForm(digits) : null;
  };
}

const NANP: ReadonlySet<string> = new Set("US CA PR VI GU AS MP".split(" "));
