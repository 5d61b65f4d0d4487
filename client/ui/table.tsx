import { A } from "@solidjs/router";
import { createWindowVirtualizer, defaultRangeExtractor } from "@tanstack/solid-virtual";
import { createEffect, createSignal, For, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import { Button } from "./controls/button.tsx";
import { formatCount } from "./words/format.ts";

export type Column<T> = {
  head: string;
  cell: (row: T) => JSX.Element;
  /** Aligned right, so that digits line up. */
  numeric?: boolean;
  /** The narrowest screen that shows this column. The first column must have what matters. */
  from?: "sm" | "md" | "lg";
  class?: string;
};

const FROM = { sm: "hidden sm:table-cell", md: "hidden md:table-cell", lg: "hidden lg:table-cell" } as const;

/** A longer list renders only the rows near the window. */
const RENDER_ALL_MAX = 150;
const ROW_HEIGHT_PX = 57;
const OVERSCAN_ROWS = 20;
/** How long the window may scroll to a control after it got the focus, unless the person scrolls. */
const SCROLL_TO_FOCUS_MS = 5_000;
/** What a person scrolls with. */
const SCROLL_EVENTS = ["wheel", "touchmove", "pointerdown", "keydown"] as const;

/** Rows that can be selected. */
export interface Ticks<T> {
  isTicked: (row: T) => boolean;
  onTick: (rows: readonly T[], isTicked: boolean) => void;
  /** What a screen reader says for the box of a row. */
  label: (row: T) => string;
}

interface TableProps<T> {
  caption: string;
  columns: Column<T>[];
  rows: readonly T[];
  href?: ((row: T) => string) | undefined;
  ticks?: Ticks<T> | undefined;
}

const cellClass = <T,>(column: Column<T>) =>
  `${column.from ? FROM[column.from] : ""} ${column.numeric ? "text-right" : "text-left"} ${column.class ?? ""}`;

/** A list as a table. If a row has an address, the first cell holds the link and the whole row can be clicked. */
export function Table<T>(props: TableProps<T>): JSX.Element {
  const long = () => props.rows.length > RENDER_ALL_MAX;
  return (
    <table class="w-full border-collapse" aria-rowcount={long() ? props.rows.length + 1 : undefined}>
      <caption class="sr-only">{props.caption}</caption>
      <thead>
        <tr class="border-b border-line" aria-rowindex={long() ? 1 : undefined}>
          <Show when={props.ticks}>
            {(ticks) => (
              <th scope="col" class="w-8 py-2.5 pl-5 text-left">
                <Tick
                  label="Select all shown"
                  isTicked={props.rows.length > 0 && props.rows.every((row) => ticks().isTicked(row))}
                  onTick={(isTicked) => ticks().onTick(props.rows, isTicked)}
                />
              </th>
            )}
          </Show>
          <For each={props.columns}>
            {(column) => (
              <th scope="col" class={`px-5 py-2.5 text-xs font-medium text-muted ${cellClass(column)}`}>
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
        <VirtualRows table={props} />
      </Show>
    </table>
  );
}

function Row<T>(props: {
  row: T;
  table: TableProps<T>;
  /** Set if the list renders only some of its rows. */
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
      <Show when={props.table.ticks}>
        {(ticks) => (
          <td class="w-8 py-3 pl-5 align-middle">
            <Tick
              label={ticks().label(props.row)}
              isTicked={ticks().isTicked(props.row)}
              onTick={(isTicked) => ticks().onTick([props.row], isTicked)}
            />
          </td>
        )}
      </Show>
      <For each={props.table.columns}>
        {(column, index) => (
          <td class={`px-5 py-3 align-middle ${cellClass(column)}`}>
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

/** Above the row's link, which covers the whole row. */
function Tick(props: { label: string; isTicked: boolean; onTick: (isTicked: boolean) => void }): JSX.Element {
  return (
    <input
      type="checkbox"
      aria-label={props.label}
      checked={props.isTicked}
      onChange={(event) => props.onTick(event.currentTarget.checked)}
      class="relative z-10 block size-4 accent-accent-fill"
    />
  );
}

/** Renders the rows near the window, and space for the others. Rows around the focus stay, so that Tab continues from there. */
function VirtualRows<T>(props: { table: TableProps<T> }): JSX.Element {
  const [top, setTop] = createSignal(0);
  const [focused, setFocused] = createSignal<number | null>(null);
  let body!: HTMLTableSectionElement;
  let control: HTMLElement | null = null;
  let focusedAtMs = 0;
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
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: OVERSCAN_ROWS,
  });
  const items = () => list.getVirtualItems();
  const onFocusIn = (event: FocusEvent) => {
    if (event.target === control && focused() !== null) return;
    control = event.target as HTMLElement;
    focusedAtMs = performance.now();
    setFocused(indexOf(control));
  };
  const onScrolling = (event: Event) => {
    if (!(event instanceof KeyboardEvent && event.key === "Tab")) focusedAtMs = Number.NEGATIVE_INFINITY;
  };
  onMount(() => {
    for (const name of SCROLL_EVENTS)
      window.addEventListener(name, onScrolling, { passive: true, capture: true });
  });
  onCleanup(() => {
    for (const name of SCROLL_EVENTS) window.removeEventListener(name, onScrolling, { capture: true });
  });
  // The timer runs when the browser has moved the focus to another row, back to the same control, or away.
  const onFocusOut = () =>
    setTimeout(() => {
      if (document.activeElement !== control) setFocused(null);
    });
  // A row that moves among its neighbours leaves the document for a moment and loses the focus.
  createEffect(
    on(
      () => items().map((item) => item.index),
      () => {
        if (focused() === null || document.activeElement !== document.body) return;
        control?.focus({ preventScroll: performance.now() - focusedAtMs > SCROLL_TO_FOCUS_MS });
      },
      { defer: true },
    ),
  );
  return (
    <tbody ref={body} onFocusIn={onFocusIn} onFocusOut={onFocusOut}>
      <For each={items()}>
        {(item, nth) => (
          <>
            <Spacer pixels={item.start - (items()[nth() - 1]?.end ?? top())} />
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
      <Spacer pixels={list.getTotalSize() + top() - (items().at(-1)?.end ?? top())} />
    </tbody>
  );
}

function indexOf(control: HTMLElement): number | null {
  const row = control.closest<HTMLElement>("tr[data-index]");
  return row ? Number(row.dataset.index) : null;
}

/** An empty row as tall as the rows that are not rendered. */
function Spacer(props: { pixels: number }): JSX.Element {
  return (
    <Show when={props.pixels > 0}>
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without controls never has the focus */}
      <tr aria-hidden="true">
        <td style={{ height: `${props.pixels}px` }} />
      </tr>
    </Show>
  );
}

/** A second, muted line in a cell. */
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

/** The number of rows shown, and a button that loads more. */
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
  return shown === 1 ? "End of list" : `All ${formatCount(shown)} ${what}`;
}
