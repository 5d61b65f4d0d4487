import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { Button } from "./button.tsx";
import { formatCount } from "./format.ts";

export type Column<T> = {
  head: string;
  cell: (row: T) => JSX.Element;
  /** Figures stand on the right, so that their digits line up. */
  numeric?: boolean;
  /** Leaves on narrower screens; the first column then carries what matters. */
  from?: "sm" | "md" | "lg";
  class?: string;
};

const FROM = { sm: "hidden sm:table-cell", md: "hidden md:table-cell", lg: "hidden lg:table-cell" } as const;

/** A list as a table. Where a row has an address, its first cell holds the link and the whole row can be clicked. */
export function Table<T>(props: {
  caption: string;
  columns: Column<T>[];
  rows: readonly T[];
  href?: (row: T) => string;
}): JSX.Element {
  const place = (column: Column<T>) =>
    `${column.from ? FROM[column.from] : ""} ${column.numeric ? "text-right" : "text-left"} ${column.class ?? ""}`;
  return (
    <table class="w-full border-collapse">
      <caption class="sr-only">{props.caption}</caption>
      <thead>
        <tr class="border-b border-line">
          <For each={props.columns}>
            {(column) => (
              <th scope="col" class={`px-5 py-2.5 text-xs font-medium text-muted ${place(column)}`}>
                {column.head}
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={props.rows}>
          {(row) => (
            <tr
              class={`border-b border-line last:border-0 ${props.href ? "relative hover:bg-sunken/60" : ""}`}
            >
              <For each={props.columns}>
                {(column, index) => (
                  <td class={`px-5 py-3 align-middle ${place(column)}`}>
                    <Show when={index() === 0 && props.href} fallback={column.cell(row)}>
                      <A
                        href={props.href!(row)}
                        class="font-medium after:absolute after:inset-0 focus-visible:outline-offset-4"
                      >
                        {column.cell(row)}
                      </A>
                    </Show>
                  </td>
                )}
              </For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

/** The second line of a first cell. */
export function Under(props: { children: JSX.Element; class?: string }): JSX.Element {
  return (
    <span class={`mt-0.5 block text-[0.8125rem] font-normal text-muted ${props.class ?? ""}`}>
      {props.children}
    </span>
  );
}

export type InfiniteList = {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
};

/** Fetches the next page of a keyset list. */
export function LoadMore(props: { query: InfiniteList; shown: number; what: string }): JSX.Element {
  return (
    <div class="flex items-center justify-between gap-4 border-t border-line px-5 py-3 text-[0.8125rem] text-muted">
      <span role="status">{shownWords(props.shown, props.what, props.query.hasNextPage)}</span>
      <Show when={props.query.hasNextPage}>
        <Button
          size="small"
          pending={props.query.isFetchingNextPage}
          onClick={() => props.query.fetchNextPage()}
        >
          Show more
        </Button>
      </Show>
    </div>
  );
}

function shownWords(shown: number, what: string, more: boolean): string {
  if (more) return `${formatCount(shown)} ${what} shown`;
  return shown === 1 ? "That is all" : `All ${formatCount(shown)} ${what}`;
}
