// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const FORMULA_START = /^[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n\u0000]/;

/**
 * Makes a cell safe for a CSV that is opened in a spreadsheet: a leading apostrophe stops it from running as a
 * formula (OWASP, "CSV injection"; ASVS 5.0, 1.2.10). Spreadsheets skip a leading line break or NUL, and read the wide
 * forms of the signs, so these count too. E.164 numbers start with + and get one as well; an import removes it.
 */
export function neutraliseFormula(cell: string): string {
  return FORMULA_START.test(cell) ? `'${cell}` : cell;
}
