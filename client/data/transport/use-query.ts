import * as library from "@tanstack/solid-query";

/**
 * Returns the library's query, except that reading `data` never suspends the page. In the library, each refetch of cached
 * data removed the whole page from the document for a moment. The focus was lost, and with it letters that were being
 * typed. Pages check `isPending` instead.
 */
function unsuspended<Query extends object>(query: Query): Query {
  return new Proxy(query, {
    get: (target, key) => (key === "data" ? storedData(target) : Reflect.get(target, key)),
  });
}

/** Reads the store behind the library's proxy by its descriptor, which stays reactive. */
function storedData(query: object): unknown {
  const data = Object.getOwnPropertyDescriptor(query, "data");
  return data?.get ? data.get() : data?.value;
}

export const useQuery = ((...args: Parameters<typeof library.useQuery>) =>
  unsuspended(library.useQuery(...args))) as typeof library.useQuery;

export const useInfiniteQuery = ((...args: Parameters<typeof library.useInfiniteQuery>) =>
  unsuspended(library.useInfiniteQuery(...args))) as typeof library.useInfiniteQuery;
