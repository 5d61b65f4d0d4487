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

const TITLE_LINES_MAX = 40;
const ROWS_READ = 100;

/**
 * Guesses how a file is laid out from its first text. `linesAbove`, if a person said it, is taken as it is.
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

/**
 * Returns the lines without their outer quotes if each is one quoted cell; null if one is not. The header alone may have
 * no quotes, if each line has as many cells as it has.
 */
function unwrappedLines(text: string, newline: Newline, isCut: boolean): string | null {
  const lines = text
    .split(newline)
    .map((line) => line.replace(/\r+$/, ""))
    .filter((line) => line.trim() !== "");
  const whole = isCut ? lines.slice(0, -1) : lines;
  const [header = "", ...rows] = whole;
  const isHeaderBare = !IS_WRAPPED.test(header);
  const wrapped = isHeaderBare ? rows : whole;
  if (wrapped.length === 0 || !wrapped.every((line) => IS_WRAPPED.test(line))) return null;
  const inside = wrapped.map((line) => line.slice(1, -1).replaceAll('""', '"'));
  if (!isHeaderBare) return inside.join("\n");
  const delimiter = guessDelimiter(header);
  const cellsOf = (line: string) => csvRows({ delimiter }).take(line, true)[0]?.cells.length ?? 0;
  const columns = cellsOf(header);
  return columns > 1 && inside.every((line) => cellsOf(line) === columns)
    ? [header, ...inside].join("\n")
    : null;
}

const IS_WRAPPED = /^"(?:[^"]|"")*"$/;

/**
 * Returns the line of the header, counted from 1; the first line after `above` if none is found further down. Lines of
 * a title or of a report's parameters have fewer cells than the rows: `Printed by,Ann` above five columns.
 */
function headerLine(form: Omit<FileForm, "maxRowChars">, text: string, above: number): number {
  const layout = { ...form.layout, linesAbove: above };
  const rows = fileRows({ ...form, layout })
    .take(text, true)
    .slice(0, ROWS_READ);
  const at = rows.slice(0, TITLE_LINES_MAX).findIndex((row) => isAsWide(row, usualWidth(rows)));
  const [header, below] = [rows[at], rows.slice(at + 1)];
  const usual = below.filter((row) => filled(row) > 1).length;
  if (!header || below.length === 0 || 2 * usual < below.length) return above + 1;
  // A row with a number or an address is no header, and a number above it is no title.
  const isData =
    header.cells.some(isValue) || rows.slice(0, at).some(({ cells }) => cells.some(isLoneNumber));
  return isData ? above + 1 : header.line;
}

/** The width of most rows. Those of the second half decide, because what stands above the header is short. */
function usualWidth(rows: readonly CsvRow[]): number {
  const widths = rows
    .filter((row) => filled(row) > 1)
    .map(({ cells }) => cells.length)
    .toReversed();
  const half = widths.slice(0, Math.ceil(widths.length / 2)).sort((one, other) => one - other);
  return half[half.length >> 1] ?? 0;
}

const isAsWide = (row: CsvRow, width: number) =>
  row.fault === null && filled(row) > 1 && row.cells.length >= width && 2 * filled(row) > width;

const filled = ({ cells }: CsvRow) => cells.filter((cell) => cell.trim() !== "").length;
const digitsIn = (cell: string) => cell.match(/\p{Nd}/gu)?.length ?? 0;
const isValue = (cell: string) => digitsIn(cell) >= 6 || /\S@\S+\.\S/.test(cell);
const DATE = /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}/;
const isLoneNumber = (cell: string) =>
  digitsIn(cell) >= 8 && /^[+(]?\d[\d ().-]+$/.test(cell.trim()) && !DATE.test(cell.trim());
