import { A } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { type BulkChoice, recentBulkQuery } from "../../../data/contacts/bulk.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { ProgressBar } from "../../../ui/charts/meter.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { countOf, formatCount } from "../../../ui/words/format.ts";
import { BulkDialog } from "./bulk-dialog.tsx";
import type { BulkKind } from "./kinds.ts";

/** What can be done with the contacts that a person selected: some rows, or all that the filters have. */
export function SelectionBar(props: {
  ticked: readonly string[];
  /** How many contacts the filters have; null: not known, because a search finds a page at a time. */
  total: number | null;
  isAll: boolean;
  filter: BulkChoice;
  onAll: () => void;
  onClear: () => void;
}): JSX.Element {
  const denied = useDenied();
  const [kind, setKind] = createSignal<BulkKind | null>(null);
  const choice = (): BulkChoice => (props.isAll ? props.filter : { kind: "ticked", ids: [...props.ticked] });
  const count = () => (props.isAll ? props.total : props.ticked.length);
  const canTakeAll = () => !props.isAll && (props.total === null || props.total > props.ticked.length);
  return (
    <section
      aria-label="Selected contacts"
      class="sticky top-2 z-20 mb-4 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl border border-accent bg-surface px-4 py-3 shadow-raised"
    >
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span role="status" class="font-medium">
          {count() === null ? "All that match" : `${formatCount(count()!)} selected`}
        </span>
        <Show when={canTakeAll()}>
          <button type="button" class="text-accent hover:underline" onClick={() => props.onAll()}>
            {props.total === null
              ? "Select all that match"
              : `Select all ${formatCount(props.total)} that match`}
          </button>
        </Show>
        <button type="button" class="text-muted hover:underline" onClick={() => props.onClear()}>
          Clear
        </button>
      </div>
      <div class="flex flex-wrap gap-2 sm:ml-auto">
        <Button size="small" icon="tag" onClick={() => setKind("tag")}>
          Tag…
        </Button>
        <Button size="small" icon="edit" onClick={() => setKind("field")}>
          Set field…
        </Button>
        <Button size="small" icon="block" denied={denied("doNotContact.add")} onClick={() => setKind("list")}>
          Do not contact…
        </Button>
        <Button size="small" denied={denied("doNotContact.remove")} onClick={() => setKind("unlist")}>
          Take off list…
        </Button>
        <Button
          size="small"
          look="danger"
          denied={denied("contacts.delete")}
          onClick={() => setKind("delete")}
        >
          Delete…
        </Button>
      </div>
      <Show when={kind()} keyed>
        {(chosen) => (
          <BulkDialog
            kind={chosen}
            choice={choice()}
            onClose={() => setKind(null)}
            onStarted={() => props.onClear()}
          />
        )}
      </Show>
    </section>
  );
}

/** The bulk actions of all members that run now. */
export function RunningActions(): JSX.Element {
  const query = useQuery(recentBulkQuery);
  return (
    <For each={query.isSuccess ? query.data : []}>
      {(action) => {
        const [done, total] =
          action.undo && action.undoStatus !== "completed" && action.undoStatus !== null
            ? [action.undo.done, action.undo.total]
            : [action.done, action.total];
        return (
          <div class="mb-4 grid gap-2 rounded-xl border border-line bg-surface px-4 py-3">
            <A
              href={`/contacts/bulk/${action.id}`}
              class="font-medium text-accent hover:underline wrap-anywhere"
            >
              {action.undoStatus === null ? action.what : `Undo: ${action.what}`}
            </A>
            <ProgressBar label={action.what} share={total === 0 ? null : Math.min(1, done / total)} />
            <p class="text-[0.8125rem] text-muted">
              {formatCount(done)} of {countOf(total, "contact")}
            </p>
          </div>
        );
      }}
    </For>
  );
}
