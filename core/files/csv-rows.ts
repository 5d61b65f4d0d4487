/** One row of a CSV file, unchanged. */
export interface CsvRow {
  /** Line of the file on which the row begins, counted from 1. */
  line: number;
  cells: string[];
  /** Why the row can't be split into cells; then `cells` holds its first line. */
  fault: RowFault | null;
}

const ROW_FAULTS = ["Unclosed quote", "Row too long"] as const;
export type RowFault = (typeof ROW_FAULTS)[number];

export interface CsvOptions {
  delimiter: string;
  /** `\r` is what the oldest spreadsheets write; `\r\n` and `\r\r\n` are read as `\n`. */
  newline?: Newline;
  /** Lines at the beginning that are no rows, such as a title. */
  linesAbove?: number;
  /** The limit of a row: an unclosed quote must not swallow the rest of the file. */
  maxRowChars?: number;
}

/** What ends a line. The last two are what old mainframes and Unicode-minded programs write. */
export type Newline = "\n" | "\r" | "\u0085" | "\u2028";

const MAX_ROW_CHARS = 64 * 1024;
const KEPT_OF_BROKEN_ROW = 2000;

/** The end of a row and its cells; null until more text has arrived. */
type Cut = { end: number; cells: string[]; lines: number; fault: RowFault | null };

/**
 * Splits text that arrives in pieces into rows (RFC 4180, and what spreadsheets and people write). Blank rows are
 * skipped. The pieces may be cut anywhere: the rows are the same.
 *
 * Why not a library: a parser that fails on an unclosed quote, or reads on to the next quote, loses valid rows. Here
 * a stray quote inside one line is an ordinary character. A quoted cell over several lines must be valid. If it is
 * not, only the line where it opens is broken, and the next row starts at the next line.
 */
export function csvRows({
  delimiter,
  newline = "\n",
  linesAbove = 0,
  maxRowChars = MAX_ROW_CHARS,
}: CsvOptions) {
  let text = "";
  let line = 1;
  let skipping = false;
  let toSkip = linesAbove;

  function take(piece: string, last = false): CsvRow[] {
    const rows: CsvRow[] = [];
    text = text === "" ? piece : text + piece;
    let at = 0;
    if (skipping) {
      at = restOfLongRow();
      if (at < 0) return rows;
    }
    for (; toSkip > 0; toSkip--, line++) {
      const end = text.indexOf(newline, at);
      if (end < 0) {
        text = last ? "" : text.slice(at);
        return rows;
      }
      at = end + 1;
    }
    let quote = text.indexOf('"', at);
    while (at < text.length) {
      if (quote !== -1 && quote < at) quote = text.indexOf('"', at);
      const cut = cutRow(at, quote, last);
      if (cut === null) break;
      if (!isBlank(cut)) rows.push({ line, cells: cut.cells, fault: cut.fault });
      line += cut.lines;
      at = cut.end;
    }
    text = text.slice(at);
    return rows;
  }

  /**
   * Position after the newline that ends a row that is too long; -1 (and an empty buffer) when it has not arrived
   * yet.
   */
  function restOfLongRow(): number {
    const end = text.indexOf(newline);
    if (end < 0) {
      text = "";
      return -1;
    }
    skipping = false;
    line++;
    return end + 1;
  }

  function cutRow(at: number, quote: number, last: boolean): Cut | null {
    const found = text.indexOf(newline, at);
    if (found === -1 && !last && text.length - at <= maxRowChars) return null;
    const lineEnd = found === -1 ? text.length : found;
    if (lineEnd - at > maxRowChars) return tooLong(at, lineEnd, found !== -1);
    if (quote === -1 || quote > lineEnd) return plainRow(at, lineEnd, found !== -1);
    return quotedRow(at, lineEnd, last);
  }

  function plainRow(at: number, lineEnd: number, ended: boolean): Cut {
    const cells = text.slice(at, withoutReturn(at, lineEnd)).split(delimiter);
    return { end: ended ? lineEnd + 1 : lineEnd, cells, lines: 1, fault: null };
  }

  function tooLong(at: number, lineEnd: number, ended: boolean): Cut {
    const cells = [text.slice(at, at + Math.min(KEPT_OF_BROKEN_ROW, maxRowChars))];
    skipping = !ended;
    return { end: ended ? lineEnd + 1 : lineEnd, cells, lines: ended ? 1 : 0, fault: "Row too long" };
  }

  /** Returns the first line unchanged: the quote that opens on it never closes properly. */
  function broken(at: number, lineEnd: number): Cut {
    const end = Math.min(lineEnd + 1, text.length);
    const cells = [text.slice(at, Math.min(withoutReturn(at, lineEnd), at + KEPT_OF_BROKEN_ROW))];
    return { end, cells, lines: 1, fault: "Unclosed quote" };
  }

  function quotedRow(start: number, lineEnd: number, last: boolean): Cut | null {
    const cells: string[] = [];
    let lines = 1;
    let end = lineEnd;
    let at = start;
    for (;;) {
      const opening = quoteAfterSpaces(at, end);
      const cell = opening < 0 ? "broken" : quotedCell(start, opening, last);
      if (cell === null) return null;
      if (cell === "broken" && opening === at) return broken(start, lineEnd);
      if (cell === "broken") {
        const stop = text.indexOf(delimiter, at);
        if (stop === -1 || stop >= end) {
          cells.push(text.slice(at, withoutReturn(at, end)));
          return { end: Math.min(end + 1, text.length), cells, lines, fault: null };
        }
        cells.push(text.slice(at, stop));
        at = stop + delimiter.length;
        continue;
      }
      cells.push(cell.value);
      lines += cell.newlines;
      if (cell.newlines > 0) {
        end = text.indexOf(newline, cell.after);
        if (end === -1) {
          if (!last && text.length - start <= maxRowChars) return null;
          end = text.length;
        }
        if (end - start > maxRowChars) return broken(start, lineEnd);
      }
      if (cell.after >= end || text[cell.after] === "\r") {
        return { end: Math.min(end + 1, text.length), cells, lines, fault: null };
      }
      at = cell.after + delimiter.length;
    }
  }

  /** Position of the quote that opens a cell, after spaces or not; -1 if the cell has none. */
  function quoteAfterSpaces(at: number, end: number): number {
    let quote = at;
    while (quote < end && text[quote] === " ") quote++;
    return text[quote] === '"' && quote < end ? quote : -1;
  }

  /** `isDoubtful`: it has quotes that a backslash may have escaped. */
  type QuotedCell = { value: string; after: number; newlines: number; isDoubtful: boolean };

  /**
   * The cell whose quote opens at `open`. A quote closes it only before a delimiter, the end of a line or the end of
   * the file; spaces may stand between. Programs that write `\"` for a quote inside a cell are understood where the
   * cell is broken otherwise.
   */
  function quotedCell(start: number, open: number, last: boolean): QuotedCell | "broken" | null {
    const cell = readQuotedCell(start, open, last, false);
    if (cell === null || (cell !== "broken" && !cell.isDoubtful)) return cell;
    const escaped = readQuotedCell(start, open, last, true);
    return escaped === "broken" ? cell : escaped;
  }

  function readQuotedCell(
    start: number,
    open: number,
    last: boolean,
    hasBackslashes: boolean,
  ): QuotedCell | "broken" | null {
    let hasDoubled = false;
    let hasStray = false;
    const firstNewline = text.indexOf(newline, open);
    for (let from = open + 1; ; ) {
      const at = text.indexOf('"', from);
      if (at === -1 || at - start > maxRowChars) {
        return last || text.length - start > maxRowChars ? "broken" : null;
      }
      // The next characters decide what the quote means: wait for them.
      if (at + 2 >= text.length && !last) return null;
      if (hasBackslashes && text[at - 1] === "\\" && at - 1 > open) {
        from = at + 1;
        continue;
      }
      if (text[at + 1] === '"') {
        hasDoubled = true;
        from = at + 2;
        continue;
      }
      const after = endOfSpaces(at + 1);
      if (after >= text.length && !last) return null;
      const closes = closesCell(after);
      if (!closes) hasStray = true;
      const overLines = firstNewline !== -1 && firstNewline < at;
      if (hasStray && overLines) return "broken";
      if (!closes) {
        from = at + 1;
        continue;
      }
      const newlines = overLines ? countNewlines(firstNewline, at) : 0;
      const inside = text.slice(open + 1, at);
      const isDoubtful = hasStray && inside.includes('\\"');
      return { value: unescaped(inside), after, newlines, isDoubtful };
    }

    function unescaped(inside: string): string {
      if (hasBackslashes) return inside.replace(/\\(["\\])/g, "$1").replaceAll('""', '"');
      return hasDoubled ? inside.replaceAll('""', '"') : inside;
    }
  }

  function endOfSpaces(from: number): number {
    let at = from;
    while (text[at] === " ") at++;
    return at;
  }

  function closesCell(after: number): boolean {
    if (after >= text.length || text.startsWith(delimiter, after) || text[after] === newline) return true;
    let at = after;
    while (text[at] === "\r") at++;
    return at > after && (at >= text.length || text[at] === "\n");
  }

  function countNewlines(from: number, to: number): number {
    let count = 0;
    for (let at = text.indexOf(newline, from); at !== -1 && at < to; at = text.indexOf(newline, at + 1))
      count++;
    return count;
  }

  function withoutReturn(at: number, lineEnd: number): number {
    let end = lineEnd;
    while (newline === "\n" && end > at && text[end - 1] === "\r") end--;
    return end;
  }

  return { take };
}

/** An empty line, or one with only empty cells, as spreadsheets write below the last row. */
function isBlank({ cells, fault }: Cut): boolean {
  if (fault !== null) return false;
  for (const cell of cells) if (cell !== "" && cell.trim() !== "") return false;
  return true;
}
