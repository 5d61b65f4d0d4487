import * as library from "@tanstack/solid-query";

/**
 * The library's queries, except that reading `data` never suspends the page. The library reads what it has through a
 * resource; on a page that is opened with data already at hand, each later refetch then took the whole page out of the
 * document for a moment, and with it the focus: whoever was typing lost letters. Pages ask `isPending` instead.
 */
function unsuspended<Query extends object>(query: Query): Query {
  return new Proxy(query, {
    get: (target, key) => (key === "data" ? storedData(target) : Reflect.get(target, key)),
  });
}

/** The store behind the library's own proxy, which answers by descriptor and stays reactive. */
function storedData(query: object): unknown {
  const data = Object.getOwnPropertyDescriptor(query, "data");
  return data?.get ? data.get() : data?.value;
}

export const useQuery = ((...args: Parameters<typeof library.useQuery>) =>
  unsuspended(library.useQuery(...args))) as typeof library.useQuery;

export const useInfiniteQuery = ((...args: Parameters<typeof library.useInfiniteQuery>) =>
  unsuspended(library.useInfiniteQuery(...args))) as typeof library.useInfiniteQuery;
