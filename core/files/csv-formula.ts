// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const NEEDS_APOSTROPHE = /^'*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n\u0000]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const HAS_APOSTROPHE = /^'+[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n\u0000]/;

/**
 * Makes a cell safe for a CSV that is opened in a spreadsheet: a leading apostrophe stops it from running as a
 * formula (OWASP, "CSV injection"; ASVS 5.0, 1.2.10). Spreadsheets skip a leading line break or NUL, and read the wide
 * forms of the signs, so these count too. E.164 numbers start with + and get one as well. A cell that begins so
 * already gets one more, so that `restoreFormula` gives back exactly what was there.
 */
export function neutraliseFormula(cell: string): string {
  return NEEDS_APOSTROPHE.test(cell) ? `'${cell}` : cell;
}

/** Removes what `neutraliseFormula` added. */
export function restoreFormula(cell: string): string {
  return HAS_APOSTROPHE.test(cell) ? cell.slice(1) : cell;
}
