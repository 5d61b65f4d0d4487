import data from "../data/postcode-zones.json" with { type: "json" };

interface PostcodeTable {
  /** How many digits the ranges have, and how many may follow them. */
  digits: number;
  tail: number;
  ranges: readonly { from: string; to: string; zones: readonly string[] }[];
}

const tables: ReadonlyMap<string, PostcodeTable> = new Map(Object.entries(data.countries));

/**
 * Returns the zones where a postcode may be, in the countries with several zones whose postcodes tell. Null for
 * another country, and for a postcode that is not whole: a spreadsheet may have removed its leading zero.
 */
export function zonesByPostcode(country: string | null, postcode: string): readonly string[] | null {
  const table = country === null ? undefined : tables.get(country);
  if (!table) return null;
  const digits = postcode.trim().replace(/[\s.-]/g, "");
  const isWhole = digits.length === table.digits || digits.length === table.digits + table.tail;
  if (!isWhole || !/^\d+$/.test(digits)) return null;
  const head = digits.slice(0, table.digits);
  return table.ranges.find(({ from, to }) => from <= head && head <= to)?.zones ?? null;
}
