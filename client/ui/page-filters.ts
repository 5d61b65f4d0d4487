import { useLocation, useNavigate, useSearchParams } from "@solidjs/router";
import { createMemo, untrack } from "solid-js";
import { type Filters, filteredAddress, filtersOf } from "./filtered-address.ts";

type Change = Record<string, string | null>;

/** Returns the filters in this page's address, and how to change some of them; null removes one. */
export function usePageFilters<F extends Filters>(): [
  () => F,
  (change: Change, options?: { replace?: boolean }) => void,
] {
  const [query] = useSearchParams<Filters>();
  const location = useLocation();
  const navigate = useNavigate();
  const filters = createMemo(() => filtersOf(query, location.hash) as F);
  const set = (change: Change, options: { replace?: boolean } = {}) => {
    const changed = Object.entries({ ...untrack(filters), ...change });
    const given = Object.fromEntries(changed.map(([name, value]) => [name, value ?? undefined]));
    navigate(
      filteredAddress(
        untrack(() => location.pathname),
        given,
      ),
      { scroll: false, resolve: false, ...options },
    );
  };
  return [filters, set];
}
