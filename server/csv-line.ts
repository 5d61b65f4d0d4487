import { neutraliseFormula } from "@smscrm/core/contact-import";

/** Without it a spreadsheet takes the file for Windows-1252. */
export const BYTE_ORDER_MARK = "\ufeff";

/** One line, safe to open in a spreadsheet. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(neutraliseFormula(cell))).join(",")}\r\n`;
}

const quoted = (cell: string) =>
  /[",\r\n;\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
