/** Data exceptions and broken constraints (SQLSTATE classes 22 and 23): the same row would be refused again. */
const OF_THE_DATA = /^2[23]/;

/**
 * Whether the database refused a row for what it says. Anything else (away, starting, full, read-only, not migrated,
 * too slow) is a state that ends, and what came meanwhile can be stored then.
 */
export function blamesTheData(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && code.length === 5 && OF_THE_DATA.test(code);
}
