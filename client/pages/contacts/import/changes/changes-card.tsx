import { A } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { type ChangeRow, type ChangesOf, changesQuery, type Import } from "../../../../data/imports.ts";
import { useInfiniteQuery } from "../../../../data/transport/use-query.ts";
import { Card } from "../../../../ui/page.tsx";
import { PagedTable } from "../../../../ui/paged-table.tsx";
import { Under } from "../../../../ui/table.tsx";
import { formatCount, formatPhone } from "../../../../ui/words/format.ts";
import { fieldWords, keptWords, valueWords } from "./field-words.ts";

/** The contacts that an import changed, those with another name first; after its undo, what that kept. */
export function ChangesCard(props: { data: Import }): JSX.Element {
  const tabs = () => {
    const all: ChangeTab[] =
      props.data.undoStatus === "completed"
        ? [{ of: "kept", label: "Kept by the undo", count: props.data.undo?.kept ?? 0 }]
        : [
            { of: "renamed", label: "Names changed", count: props.data.renamed },
            { of: "changed", label: "Other changes", count: props.data.updated - props.data.renamed },
          ];
    return all.filter(({ count }) => count > 0);
  };
  const [chosen, setChosen] = createSignal<ChangesOf | null>(null);
  const shown = () => tabs().find(({ of }) => of === chosen()) ?? tabs()[0];
  return (
    <Show when={props.data.undoableUntil ? shown() : undefined}>
      {(tab) => (
        <Card
          title="Changed contacts"
          hint="What each contact was before this import, and after it. Kept for 30 days."
          flush
        >
          <ChangeTabs tabs={tabs()} chosen={tab().of} onChoose={setChosen} />
          <Show keyed when={tab().of}>
            {(of) => <ChangesList id={props.data.id} of={of} />}
          </Show>
        </Card>
      )}
    </Show>
  );
}

export interface ChangeTab {
  of: ChangesOf;
  label: string;
  count: number;
}

/** Buttons that choose one of several lists of changes. */
export function ChangeTabs(props: {
  tabs: readonly ChangeTab[];
  chosen: ChangesOf;
  onChoose: (of: ChangesOf) => void;
}): JSX.Element {
  return (
    <fieldset class="flex flex-wrap gap-2 border-b border-line px-5 py-3" aria-label="Which changes">
      <For each={props.tabs}>
        {(one) => (
          <button
            type="button"
            aria-pressed={one.of === props.chosen}
            onClick={() => props.onChoose(one.of)}
            class={`rounded-full border px-3 py-1 text-[0.8125rem] ${one.of === props.chosen ? "border-accent font-semibold text-accent" : "border-edge"}`}
          >
            {one.label} ({formatCount(one.count)})
          </button>
        )}
      </For>
    </fieldset>
  );
}

/** One list of changes. */
export function ChangesList(props: { id: string; of: ChangesOf }): JSX.Element {
  const query = useInfiniteQuery(() => changesQuery(props.id, props.of));
  return (
    <PagedTable
      query={query}
      caption="Changed contacts"
      columns={[
        {
          head: "Contact",
          cell: (row: ChangeRow) => (
            <>
              <A
                href={`/contacts/${row.contactId}`}
                class="font-medium text-accent hover:underline wrap-anywhere"
              >
                {[row.firstName, row.lastName].filter(Boolean).join(" ") || "No name"}
              </A>
              <Under>{formatPhone(row.phone)}</Under>
            </>
          ),
        },
        {
          head: props.of === "kept" ? "Kept because" : "Before → after",
          cell: (row: ChangeRow) => (
            <Show when={props.of === "kept"} fallback={<Fields row={row} />}>
              {keptWords(row.kept)}
            </Show>
          ),
        },
      ]}
      what="contacts"
      empty={
        <p class="p-5 text-muted">These contacts are gone: they were erased, or an undo removed them.</p>
      }
    />
  );
}

function Fields(props: { row: ChangeRow }): JSX.Element {
  return (
    <ul class="grid gap-0.5">
      <For each={props.row.fields}>
        {(field) => (
          <li class="wrap-anywhere">
            <span class="text-muted">{fieldWords(field.name)}:</span> {valueWords(field.name, field.before)}{" "}
            <span class="text-muted">→</span>{" "}
            <b class="font-semibold">{valueWords(field.name, field.after)}</b>
          </li>
        )}
      </For>
    </ul>
  );
}
