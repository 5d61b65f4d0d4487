import { type JSX, Show } from "solid-js";
import { Loaded, type Query } from "./loaded.tsx";
import { type Column, type InfiniteList, LoadMore, Table, type Ticks } from "./table.tsx";

/** A keyset list as a table, with a button that loads more. Shows `empty` if there are no rows. */
export function PagedTable<T>(props: {
  query: Query<{ pages: { items: T[] }[] }> & InfiniteList;
  caption: string;
  columns: Column<T>[];
  /** The plural noun of the rows, for the count below. */
  what: string;
  href?: (row: T) => string;
  ticks?: Ticks<T> | undefined;
  empty: JSX.Element;
}): JSX.Element {
  return (
    <Loaded query={props.query}>
      {(data) => {
        const rows = () => data().pages.flatMap((page) => page.items);
        return (
          <Show when={rows().length > 0} fallback={props.empty}>
            <Table
              caption={props.caption}
              rows={rows()}
              columns={props.columns}
              href={props.href}
              ticks={props.ticks}
            />
            <LoadMore query={props.query} shown={rows().length} what={props.what} />
          </Show>
        );
      }}
    </Loaded>
  );
}
