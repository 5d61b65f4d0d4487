import { infiniteQueryOptions, keepPreviousData } from "@tanstack/solid-query";

/** One page of a list: `nextCursor` is null at the end. */
export type Page<T> = { items: T[]; nextCursor: string | null };

/** A list that is read page by page with a keyset cursor. After a change of filter, the old rows stay until the new ones arrive. */
export function pagesOf<P extends Page<unknown>>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<P>,
) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: P) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
