import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from "solid-js";
import { type SavedReply, savedRepliesQuery } from "../../../data/inbox/team.ts";
import { useQuery } from "../../../data/transport/use-query.ts";

const SHOWN_MAX = 8;
export const SAVED_REPLY_LIST_ID = "saved-reply-list";
const optionId = (index: number) => `saved-reply-${index}`;

/** Returns the saved replies that a search finds: by name first, then by text. */
function matching(replies: readonly SavedReply[], search: string): SavedReply[] {
  const words = search.trim().toLowerCase();
  const rank = ({ name, body }: SavedReply) => {
    if (name.toLowerCase().startsWith(words)) return 0;
    if (name.toLowerCase().includes(words)) return 1;
    return body.toLowerCase().includes(words) ? 2 : 3;
  };
  return replies
    .filter((reply) => rank(reply) < 3)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, SHOWN_MAX);
}

/**
 * What a reply box needs to offer saved replies while its text begins with "/": the list, and what to do with a key. `onKey`
 * returns whether the key was the list's.
 */
export function createSavedReplies(text: () => string, onChoose: (body: string) => void) {
  const query = useQuery(savedRepliesQuery);
  const [dismissed, setDismissed] = createSignal<string>();
  const [active, setActive] = createSignal(0);
  const open = () => text().startsWith("/") && !text().includes("\n") && dismissed() !== text();
  const found = createMemo(() => (open() && query.isSuccess ? matching(query.data, text().slice(1)) : []));
  createEffect(on(found, () => setActive(0)));
  const choose = (reply: SavedReply) => onChoose(reply.body);
  const onKey = (event: KeyboardEvent): boolean => {
    if (!open() || event.isComposing || event.ctrlKey || event.metaKey) return false;
    const reply = found()[active()];
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Escape") setDismissed(text());
    else if (by !== 0 && found().length > 0) setActive((active() + by + found().length) % found().length);
    else if ((event.key === "Enter" || event.key === "Tab") && reply) choose(reply);
    else return false;
    event.preventDefault();
    return true;
  };
  return {
    open,
    onKey,
    activeId: () => (open() && found().length > 0 ? optionId(active()) : undefined),
    list: (): JSX.Element => (
      <Show when={open()}>
        <div class="rounded-lg border border-line bg-surface p-1 shadow-raised">
          <Show
            when={found().length > 0}
            fallback={
              <p class="px-2.5 py-1.5 text-[0.8125rem] text-muted">
                {query.isSuccess && query.data.length === 0
                  ? "No saved replies yet. Add some under Inbox settings."
                  : "No saved reply matches."}
              </p>
            }
          >
            <div
              id={SAVED_REPLY_LIST_ID}
              role="listbox"
              aria-label="Saved replies"
              tabindex="-1"
              class="max-h-52 overflow-y-auto"
            >
              <For each={found()}>
                {(reply, index) => (
                  // The keys are the reply box's: it keeps the focus.
                  <button
                    type="button"
                    id={optionId(index())}
                    role="option"
                    tabindex="-1"
                    aria-selected={index() === active()}
                    class="block w-full rounded-md px-2.5 py-1.5 text-left aria-selected:bg-accent-soft"
                    onPointerDown={(event) => event.preventDefault()}
                    onClick={() => choose(reply)}
                  >
                    <span class="block truncate font-medium">{reply.name}</span>
                    <span class="block truncate text-[0.8125rem] text-muted">{reply.body}</span>
                  </button>
                )}
              </For>
            </div>
          </Show>
        </div>
      </Show>
    ),
  };
}
