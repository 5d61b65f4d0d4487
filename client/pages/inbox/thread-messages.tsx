import { createEffect, createMemo, For, type JSX, on, Show } from "solid-js";
import { type ThreadMessage, threadMessagesQuery, useMarkRead } from "../../data/inbox.ts";
import { useInfiniteQuery } from "../../data/transport/use-query.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Bubble } from "./bubble.tsx";

/** The messages of a conversation, the newest at the bottom. Messages that are shown count as read. */
export function ThreadMessages(props: { phone: string; class?: string }): JSX.Element {
  const query = useInfiniteQuery(() => threadMessagesQuery(props.phone));
  const markRead = useMarkRead();
  const messages = createMemo<ThreadMessage[]>(() =>
    query.isPending ? [] : (query.data?.pages.flatMap((page) => page.items) ?? []).toReversed(),
  );
  const lastInbound = createMemo(() => messages().findLast((message) => message.direction === "in")?.id);
  const newest = createMemo(() => messages().at(-1)?.id);
  let box: HTMLDivElement | undefined;
  createEffect(
    on(lastInbound, (id) => {
      if (id) markRead.mutate({ phone: props.phone, upToId: id });
    }),
  );
  // Scrolls only for a new message, so that reading the earlier ones is not disturbed.
  createEffect(on(newest, () => requestAnimationFrame(() => box?.scrollTo({ top: box.scrollHeight }))));
  return (
    <Loaded query={query}>
      {() => (
        <Show
          when={messages().length > 0}
          fallback={
            <Empty icon="messages" title="No messages yet">
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
              <For each={messages()}>
                {(message, index) => (
                  <Bubble message={message} newDay={!sameDay(message, messages()[index() - 1])} />
                )}
              </For>
            </ol>
          </div>
        </Show>
      )}
    </Loaded>
  );
}

const sameDay = (message: ThreadMessage, before: ThreadMessage | undefined) =>
  before !== undefined && new Date(message.at).toDateString() === new Date(before.at).toDateString();
