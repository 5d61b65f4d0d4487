import { For, type JSX, Show } from "solid-js";
import type { Conversation } from "../../data/inbox.ts";
import { Badge } from "../../ui/status.tsx";
import { type InfiniteList, LoadMore } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { kindWords } from "./kind-words.ts";
import { senderWords } from "./sender-words.ts";

/** The list of conversations. Each row is a button, because it changes the pane beside the list. */
export function ConversationList(props: {
  rows: readonly Conversation[];
  query: InfiniteList;
  chosen: string | undefined;
  onChoose: (phone: string) => void;
}): JSX.Element {
  return (
    <>
      <ul aria-label="Conversations" class="lg:max-h-[calc(100dvh-16rem)] lg:overflow-y-auto" tabindex="-1">
        <For each={props.rows}>
          {(row) => (
            <li class="border-b border-line last:border-0 [content-visibility:auto] [contain-intrinsic-size:auto_5.5rem]">
              <button
                type="button"
                aria-current={props.chosen === row.phone ? "true" : undefined}
                onClick={() => props.onChoose(row.phone)}
                class="grid w-full grid-cols-1 gap-0.5 px-4 py-3 text-left -outline-offset-2 hover:bg-sunken/60 aria-current:bg-accent-soft"
              >
                <span class="flex items-baseline justify-between gap-3">
                  <span
                    class={`flex min-w-0 items-center gap-2 ${row.unread > 0 ? "font-semibold" : "font-medium"}`}
                  >
                    <Show when={row.unread > 0}>
                      <span class="size-2 shrink-0 rounded-full bg-accent-fill">
                        <span class="sr-only">Unread:</span>
                      </span>
                    </Show>
                    <bdi class="truncate">{row.contactName ?? senderWords(row.phone)}</bdi>
                  </span>
                  <span class="shrink-0 text-xs text-muted">
                    <Moment at={row.lastAt} ago />
                  </span>
                </span>
                <span class={`line-clamp-2 wrap-anywhere ${row.unread > 0 ? "text-ink" : "text-muted"}`}>
                  {row.lastBody || "(no text)"}
                </span>
                <span class="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted empty:hidden">
                  <Show when={row.undecided > 0}>
                    <Badge tone="warn">Possible opt-out</Badge>
                  </Show>
                  <Show when={row.undecided === 0 && kindWords(row.lastKind, row.lastRecorded)}>
                    {(kind) => <Badge tone={kind().tone}>{kind().label}</Badge>}
                  </Show>
                  <Show when={row.isOpen && row.undecided === 0}>
                    <Badge tone="accent">{row.answered ? "Open" : "Unanswered"}</Badge>
                  </Show>
                  <Show when={row.snoozedUntil}>
                    {(until) => (
                      <span>
                        Snoozed until <Moment at={until()} />
                      </span>
                    )}
                  </Show>
                  <For each={row.tags}>
                    {(tag) => <span class="max-w-32 truncate rounded-full bg-sunken px-2">{tag}</span>}
                  </For>
                  <Show when={row.team}>{(team) => <span class="truncate">{team().name}</span>}</Show>
                  <Show when={row.answered && !row.optedOut}>
                    <span>Replied</span>
                  </Show>
                  <Show when={row.assignee}>
                    {(member) => (
                      <span class="truncate">
                        With <bdi>{member().name}</bdi>
                      </span>
                    )}
                  </Show>
                  <Show when={row.campaign}>
                    {(campaign) => <span class="truncate">Reply to {campaign().name}</span>}
                  </Show>
                </span>
              </button>
            </li>
          )}
        </For>
      </ul>
      <LoadMore query={props.query} shown={props.rows.length} what="conversations" />
    </>
  );
}
