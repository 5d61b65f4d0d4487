import { createEffect, createMemo, For, type JSX, on, Show } from "solid-js";
import { type Turn, turnsQuery, useMarkRead } from "../../data/inbox.ts";
import { useInfiniteQuery } from "../../data/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/button.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Bubble } from "./bubble.tsx";

/** What was said between us and a person, newest at the bottom as on a phone. What shows counts as read. */
export function Turns(props: { phone: string; class?: string }): JSX.Element {
  const query = useInfiniteQuery(() => turnsQuery(props.phone));
  const denied = useDenied();
  const markRead = useMarkRead();
  const turns = createMemo<Turn[]>(() =>
    query.isPending ? [] : (query.data?.pages.flatMap((page) => page.items) ?? []).toReversed(),
  );
  const lastInbound = createMemo(() => turns().findLast((turn) => turn.direction === "in")?.id);
  const newest = createMemo(() => turns().at(-1)?.id);
  let box: HTMLDivElement | undefined;
  createEffect(
    on(lastInbound, (id) => {
      if (id && !denied("messages.reply")) markRead.mutate({ phone: props.phone, upToId: id });
    }),
  );
  // Only where the box scrolls by itself, and only for news: reading what is above is not disturbed.
  createEffect(on(newest, () => requestAnimationFrame(() => box?.scrollTo({ top: box.scrollHeight }))));
  return (
    <Loaded query={query}>
      {() => (
        <Show
          when={turns().length > 0}
          fallback={
            <Empty icon="messages" title="Nothing was said yet">
              Texts and replies appear here.
            </Empty>
          }
        >
          <div ref={box} class={props.class} role="log" aria-label="Conversation" tabindex="0">
            <Show when={query.hasNextPage}>
              <div class="mb-4 text-center">
                <Button size="small" pending={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
                  Show earlier
                </Button>
              </div>
            </Show>
            <ol class="grid gap-4">
              <For each={turns()}>
                {(turn, index) => <Bubble turn={turn} newDay={!sameDay(turn, turns()[index() - 1])} />}
              </For>
            </ol>
          </div>
        </Show>
      )}
    </Loaded>
  );
}

const sameDay = (turn: Turn, before: Turn | undefined) =>
  before !== undefined && new Date(turn.at).toDateString() === new Date(before.at).toDateString();
