import { guessDelimiter, guessNewline } from "./csv-encoding.ts";
import { restoreFormula } from "./csv-formula.ts";
import { type CsvRow, csvRows, type Newline } from "./csv-rows.ts";
import type { EncodingConfidence } from "./encoding-guess.ts";

/** How a contact file is laid out, apart from its encoding and delimiter. An absent value is the ordinary one. */
export interface FileLayout {
  /** Lines above the header that are not rows: a title, a date, a `sep=` line. */
  linesAbove?: number;
  /** Whether each line is one quoted cell that holds the whole row, as some programs export. */
  wholeLinesQuoted?: boolean;
  /** Whether it is our own file of rejected rows: three columns more, and apostrophes before formulas. */
  rejectedRows?: boolean;
  /** How surely the encoding is known. */
  encodingConfidence?: EncodingConfidence;
  /** What the file was before it was stored as CSV. */
  format?: "xlsx" | "vcard";
  /** The sheet of a workbook that was read. */
  sheet?: string;
}

/** The first headings of our file of rejected rows. */
export const REJECTION_HEADINGS = ["line", "reason", "detail"] as const;

export interface FileForm {
  delimiter: string;
  newline: Newline;
  layout: FileLayout;
  maxRowChars?: number;
}

/** Splits a file into rows, like `csvRows`, and undoes its layout. The same pieces give the same rows. */
export function fileRows({ delimiter, newline, layout, maxRowChars }: FileForm) {
  const { linesAbove = 0, wholeLinesQuoted = false, rejectedRows = false } = layout;
  const parser = csvRows({ delimiter, newline, linesAbove, ...(maxRowChars ? { maxRowChars } : {}) });
  if (!wholeLinesQuoted && !rejectedRows) return parser;
  const inside = (row: CsvRow) =>
    row.cells.length === 1 ? (csvRows({ delimiter }).take(row.cells[0]!, true)[0] ?? row) : row;
  return {
    take(piece: string, last = false): CsvRow[] {
      return parser.take(piece, last).map((row) => {
        if (row.fault !== null) return row;
        const { cells, fault } = wholeLinesQuoted ? inside(row) : row;
        const own = rejectedRows ? cells.slice(REJECTION_HEADINGS.length).map(restoreFormula) : cells;
        return { line: row.line, cells: own, fault };
      });
    },
  };
}

const TITLE_LINES_MAX = 20;
const ROWS_READ = 60;

/**
 * Guesses how a file is laid out from its first text. `linesAbove`, if a person said it, is taken as it is. A line
 * above the header has at most one filled cell, while the header and most rows below have several.
 */
export function guessForm(text: string, said: { delimiter?: string; linesAbove?: number } = {}): FileForm {
  const head = text.slice(0, 64 * 1024);
  const newline = guessNewline(head);
  const stated = /^\ufeff?"?sep=(.|\\t)"?[ \r]*(?:[\n\r\u0085\u2028]|$)/i.exec(head)?.[1];
  const above = stated === undefined ? 0 : 1;
  const body = above === 0 ? head : head.slice(head.search(/[\n\r\u0085\u2028]/) + 1).replace(/^\n/, "");
  const unwrapped = unwrappedLines(body, newline, head.length < text.length);
  const delimiter = said.delimiter ?? (stated === "\\t" ? "\t" : stated) ?? guessDelimiter(unwrapped ?? body);
  const layout: FileLayout = unwrapped?.includes(delimiter) ? { wholeLinesQuoted: true } : {};
  const linesAbove = said.linesAbove ?? headerLine({ delimiter, newline, layout }, head, above) - 1;
  if (linesAbove > 0) layout.linesAbove = linesAbove;
  if (areRejections(fileRows({ delimiter, newline, layout }).take(head, true))) layout.rejectedRows = true;
  return { delimiter, newline, layout };
}

/** Another file may have these headings, but not the number of a line and a short phrase in each row. */
function areRejections([header, ...rows]: readonly CsvRow[]): boolean {
  if (!REJECTION_HEADINGS.every((heading, column) => header?.cells[column] === heading)) return false;
  return rows
    .slice(0, ROWS_READ)
    .every(({ cells: [line = "", reason = ""] }) => /^\d+$/.test(line) && /^[A-Z][A-Za-z -]+$/.test(reason));
}

/** Returns the lines without their outer quotes if each is one quoted cell; null if one is not. */
function unwrappedLines(text: string, newline: Newline, isCut: boolean): string | null {
  const lines = text
    .split(newline)
    .map((line) => line.replace(/\r+$/, ""))
    .filter((line) => line.trim() !== "");
  const whole = isCut ? lines.slice(0, -1) : lines;
  if (whole.length === 0 || !whole.every((line) => /^"(?:[^"]|"")*"$/.test(line))) return null;
  return whole.map((line) => line.slice(1, -1).replaceAll('""', '"')).join("\n");
}

/** Returns the line of the header, counted from 1; the first line after `above` if none is found further down. */
function headerLine(form: Omit<FileForm, "maxRowChars">, text: string, above: number): number {
  const layout = { ...form.layout, linesAbove: above };
  const rows = fileRows({ ...form, layout })
    .take(text, true)
    .slice(0, ROWS_READ);
  const [first] = rows;
  if (!first || first.fault !== null || filled(first) > 1) return above + 1;
  const below = rows.slice(1).map(filled);
  const usual = below.filter((count) => count > 1).length;
  const header = rows.slice(0, TITLE_LINES_MAX).find((row) => filled(row) > 1);
  if (!header || header.fault !== null || 2 * usual < below.length) return above + 1;
  // A row with a number is no header: then the first line is the heading of a single column.
  return header.cells.some(hasNumber) ? above + 1 : header.line;
}

const filled = ({ cells }: CsvRow) => cells.filter((cell) => cell.trim() !== "").length;
const hasNumber = (cell: string) => (cell.match(/\p{Nd}/gu)?.length ?? 0) >= 6;
