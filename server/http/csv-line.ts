import { neutraliseFormula } from "@smscrm/core/files/csv-formula";

/** Without this mark a spreadsheet reads the file as Windows-1252. */
export const BYTE_ORDER_MARK = "\ufeff";

/** Returns one line of a CSV that is safe to open in a spreadsheet. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(neutraliseFormula(cell))).join(",")}\r\n`;
}

const quoted = (cell: string) =>
  /[",\r\n;\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
