import { type CellValue, writeXlsxStream } from "hucre/xlsx";

/** Texts stay texts: no phone number loses its +, and nothing is read as a formula. Numbers can be added up. */
export type Cell = string | number;

/** What Excel takes in one cell. It calls a workbook with more damaged. */
const CELL_LENGTH_MAX = 32_767;
const CUT = " … (cut: Excel takes no more in a cell)";

/**
 * Returns a workbook as a stream, with memory for a few rows at a time. Excel's sheets end at 1,048,576 rows: what is
 * more continues on a further sheet, under the same headings.
 */
export function workbookOf(
  header: readonly string[],
  rows: AsyncIterable<readonly Cell[]>,
): ReadableStream<Uint8Array> {
  // "@" marks a column as text, so that a number which somebody edits in Excel stays one, too.
  const columns = header.map((name) => ({ header: textCell(name), numFmt: "@" }));
  return writeXlsxStream(cellsOf(rows), { name: "List", columns, freezePane: { rows: 1 } });
}

async function* cellsOf(rows: AsyncIterable<readonly Cell[]>): AsyncGenerator<CellValue[], void> {
  for await (const row of rows)
    yield row.map((cell) => (typeof cell === "number" ? cell : cell === "" ? null : textCell(cell)));
}

function textCell(text: string): string {
  const cut =
    text.length > CELL_LENGTH_MAX
      ? `${text.slice(0, CELL_LENGTH_MAX - CUT.length).toWellFormed()}${CUT}`
      : text;
  return (
    cut
      // Readers take `_x0041_` for a sign that XML can't hold. Where a text has such letters, its first one is written so.
      .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
      // XML 1.0 has no place for these two.
      .replace(/[\uFFFE\uFFFF]/g, "\uFFFD")
  );
}
