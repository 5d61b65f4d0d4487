import { type JSX, Show } from "solid-js";
import { countOf, formatCount } from "../../../ui/words/format.ts";
import type { BulkKind } from "./kinds.ts";

interface Counts {
  contacts: number;
  changed: number;
  unchanged: number;
  keptOptedOut: number;
  optedOut: number;
  queuedMessages: number;
}

/** What a bulk action would do, in counts. */
export function PreviewFacts(props: {
  kind: BulkKind | null;
  counts: Counts | null;
  isLoading: boolean;
}): JSX.Element {
  return (
    <div role="status" class="min-h-24 rounded-lg bg-sunken px-4 py-3" data-testid="bulk-preview">
      <Show
        when={props.counts}
        fallback={
          <p class="text-muted">{props.isLoading ? "Counting…" : "You see here what will happen."}</p>
        }
      >
        {(counts) => (
          <ul class="grid gap-1">
            <li class="font-medium">
              {countOf(counts().contacts, "contact")}: {formatCount(counts().changed)} will change
              <Show when={counts().unchanged > 0}>, {formatCount(counts().unchanged)} stay as they are</Show>
            </li>
            <Show when={counts().keptOptedOut > 0}>
              <li>
                {countOf(counts().keptOptedOut, "contact")} opted out and{" "}
                {counts().keptOptedOut === 1 ? "stays" : "stay"} so
              </li>
            </Show>
            <Show when={props.kind !== "list" && props.kind !== "unlist" && counts().optedOut > 0}>
              <li>{formatCount(counts().optedOut)} on the do-not-contact list, which does not change</li>
            </Show>
            <Show when={props.kind === "delete"}>
              <li>Messages, replies, consents and opt-outs stay on record</li>
              <Show when={counts().queuedMessages > 0}>
                <li>
                  {countOf(counts().queuedMessages, "queued message")} will be canceled, also after an undo
                </li>
              </Show>
            </Show>
            <li class="text-[0.8125rem] text-muted">
              Can be undone for 30 days. No opt-out is ever lifted by an undo.
            </li>
          </ul>
        )}
      </Show>
    </div>
  );
}
