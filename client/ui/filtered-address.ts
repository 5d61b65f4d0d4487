/** Filters whose values are names and numbers of people. */
const PRIVATE = ["phone", "search", "with"];

export type Filters = Record<string, string | undefined>;
/**
 * Returns the address of a page with these filters. Those about people stand behind the #: browsers send that part to no
 * server, so no proxy, log or referrer has it.
 */
export function filteredAddress(pathname: string, filters: Filters): string {
  const given = Object.entries(filters).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const query = new URLSearchParams(given.filter(([name]) => !PRIVATE.includes(name!)));
  const hidden = new URLSearchParams(given.filter(([name]) => PRIVATE.includes(name!)));
  return `${pathname}${query.size > 0 ? `?${query}` : ""}${hidden.size > 0 ? `#${hidden}` : ""}`;
}

/** Returns the filters of an address. Older links have those about people in the query, too: they still work. */
export const filtersOf = (query: Filters, hash: string): Filters => ({ ...query, ...hiddenFilters(hash) });

/** Returns the filters about people in the part of an address behind the #. */
function hiddenFilters(hash: string): Filters {
  return Object.fromEntries(
    [...new URLSearchParams(hash.slice(1))].filter(([name]) => PRIVATE.includes(name)),
  );
}
