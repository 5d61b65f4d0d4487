import { A } from "@solidjs/router";
import { createWindowVirtualizer, defaultRangeExtractor } from "@tanstack/solid-virtual";
import { createEffect, createSignal, For, type JSX, on, onMount, Show } from "solid-js";
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

/** Up to here all rows stand in the page; of a longer list only those near the window do. */
const WHOLE = 150;
const ROW_PIXELS = 57;
const ROWS_AROUND = 20;
/** As long after a control got the focus the window may still be on its way to it. */
const ON_THE_WAY_MS = 5_000;

interface TableProps<T> {
  caption: string;
  columns: Column<T>[];
  rows: readonly T[];
  href?: (row: T) => string;
}

const placeOf = <T,>(column: Column<T>) =>
  `${column.from ? FROM[column.from] : ""} ${column.numeric ? "text-right" : "text-left"} ${column.class ?? ""}`;

/** A list as a table. Where a row has an address, its first cell holds the link and the whole row can be clicked. */
export function Table<T>(props: TableProps<T>): JSX.Element {
  const long = () => props.rows.length > WHOLE;
  return (
    <table class="w-full border-collapse" aria-rowcount={long() ? props.rows.length + 1 : undefined}>
      <caption class="sr-only">{props.caption}</caption>
      <thead>
        <tr class="border-b border-line" aria-rowindex={long() ? 1 : undefined}>
          <For each={props.columns}>
            {(column) => (
              <th scope="col" class={`px-5 py-2.5 text-xs font-medium text-muted ${placeOf(column)}`}>
                {column.head}
              </th>
            )}
          </For>
        </tr>
      </thead>
      <Show
        when={long()}
        fallback={
          <tbody>
            <For each={props.rows}>{(row) => <Row row={row} table={props} />}</For>
          </tbody>
        }
      >
        <RowsInSight table={props} />
      </Show>
    </table>
  );
}

function Row<T>(props: {
  row: T;
  table: TableProps<T>;
  /** In a list of which not all rows stand in the page. */
  index?: number;
  ref?: (element: HTMLTableRowElement) => void;
}): JSX.Element {
  const href = () => props.table.href?.(props.row);
  return (
    <tr
      ref={props.ref}
      data-index={props.index}
      aria-rowindex={props.index === undefined ? undefined : props.index + 2}
      class={`border-b border-line last:border-0 ${props.table.href ? "relative hover:bg-sunken/60" : ""}`}
    >
      <For each={props.table.columns}>
        {(column, index) => (
          <td class={`px-5 py-3 align-middle ${placeOf(column)}`}>
            <Show when={index() === 0 && href()} fallback={column.cell(props.row)}>
              {(address) => (
                <A
                  href={address()}
                  class="font-medium after:absolute after:inset-0 focus-visible:outline-offset-4"
                >
                  {column.cell(props.row)}
                </A>
              )}
            </Show>
          </td>
        )}
      </For>
    </tr>
  );
}

/** The rows near the window, and room for the others. Where the focus is they stay too, so that Tab goes on from there. */
function RowsInSight<T>(props: { table: TableProps<T> }): JSX.Element {
  const [top, setTop] = createSignal(0);
  const [focused, setFocused] = createSignal<number | null>(null);
  let body!: HTMLTableSectionElement;
  let control: HTMLElement | null = null;
  let cameMs = 0;
  onMount(() => setTop(body.getBoundingClientRect().top + window.scrollY));
  const list = createWindowVirtualizer<HTMLTableRowElement>({
    get count() {
      return props.table.rows.length;
    },
    get scrollMargin() {
      return top();
    },
    get rangeExtractor() {
      const at = focused();
      return (range: Parameters<typeof defaultRangeExtractor>[0]) => {
        const kept = at === null ? [] : [at - 1, at, at + 1].filter((row) => row >= 0 && row < range.count);
        return [...new Set([...defaultRangeExtractor(range), ...kept])].sort((one, other) => one - other);
      };
    },
    estimateSize: () => ROW_PIXELS,
    overscan: ROWS_AROUND,
  });
  const items = () => list.getVirtualItems();
  const comesIn = (event: FocusEvent) => {
    if (event.target === control && focused() !== null) return;
    control = event.target as HTMLElement;
    cameMs = performance.now();
    setFocused(indexOf(control));
  };
  // Once it is known where it went: to another row, back to the same control, or away.
  const goesOut = () =>
    setTimeout(() => {
      if (document.activeElement !== control) setFocused(null);
    });
  // A row that is put in another place among its neighbours is out of the page for a moment, and loses the focus.
  createEffect(
    on(
      () => items().map((item) => item.index),
      () => {
        if (focused() === null || document.activeElement !== document.body) return;
        control?.focus({ preventScroll: performance.now() - cameMs > ON_THE_WAY_MS });
      },
      { defer: true },
    ),
  );
  return (
    <tbody ref={body} onFocusIn={comesIn} onFocusOut={goesOut}>
      <For each={items()}>
        {(item, nth) => (
          <>
            <Room pixels={item.start - (items()[nth() - 1]?.end ?? top())} />
            <Show when={props.table.rows[item.index]}>
              {(row) => (
                <Row
                  row={row()}
                  table={props.table}
                  index={item.index}
                  ref={(element) => queueMicrotask(() => list.measureElement(element))}
                />
              )}
            </Show>
          </>
        )}
      </For>
      <Room pixels={list.getTotalSize() + top() - (items().at(-1)?.end ?? top())} />
    </tbody>
  );
}

function indexOf(control: HTMLElement): number | null {
  const row = control.closest<HTMLElement>("tr[data-index]");
  return row ? Number(row.dataset.index) : null;
}

/** Where the rows would stand that are out of sight. */
function Room(props: { pixels: number }): JSX.Element {
  return (
    <Show when={props.pixels > 0}>
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without controls never has the focus */}
      <tr aria-hidden="true">
        <td style={{ height: `${props.pixels}px` }} />
      </tr>
    </Show>
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
