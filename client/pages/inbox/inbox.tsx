import { createMemo, For, type JSX, Show } from "solid-js";
import {
  type Conversation,
  conversationsQuery,
  INBOX_VIEWS,
  type InboxFilter,
  type InboxSearch,
  type InboxView,
  inboxCountsQuery,
} from "../../data/inbox.ts";
import { useInfiniteQuery, useQuery } from "../../data/transport/use-query.ts";
import { ListExport } from "../../shell/export-button.tsx";
import { useShortcuts } from "../../shell/shortcuts.ts";
import { LinkButton } from "../../ui/controls/button.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { usePageFilters } from "../../ui/page-filters.ts";
import { ConversationList } from "./conversation-list.tsx";
import { countWords } from "./count-words.ts";
import { REPLY_BOX_ID } from "./reply-box.tsx";
import { inSteadyOrder } from "./steady-order.ts";
import { InboxFilters, NONE, SEARCH_BOX_ID } from "./team/filters.tsx";
import { SNOOZE_BUTTON_ID } from "./team/snooze.tsx";
import { TAG_BUTTON_ID } from "./team/tags.tsx";
import { Taking } from "./team/taking.tsx";
import { ASSIGNEE_ID, CLOSE_BUTTON_ID, NOTE_BUTTON_ID } from "./team-bar.tsx";
import { Thread } from "./thread.tsx";

const idOrNone = (value: string | undefined) => (value === NONE ? null : value);

/** Conversations and replies. The address holds the view and the conversation, so that a link can share them. */
export default function InboxPage(): JSX.Element {
  const [search, setSearch] = usePageFilters<InboxSearch>();
  const view = (): InboxView => INBOX_VIEWS.find((known) => known === search().view) ?? "all";
  const filter = (): InboxFilter => ({
    view: view(),
    campaignId: search().campaignId,
    search: search().search,
    assigneeId: idOrNone(search().assignee),
    teamId: idOrNone(search().team),
    tag: search().tag,
    kind: search().kind as InboxFilter["kind"],
  });
  const narrowed = () => Object.values(filter()).filter((value) => value !== undefined).length > 1;
  const query = useInfiniteQuery(() => conversationsQuery(filter()));
  const listed = () => (query.isPending ? [] : (query.data?.pages.flatMap((page) => page.items) ?? []));
  // While a conversation is open the order stays: reading one sorts it down, and J would skip its neighbours.
  const rows = createMemo<Conversation[]>(
    (before) => inSteadyOrder(listed(), search().with ? before.map(({ phone }) => phone) : []),
    [],
  );
  const open = (phone: string | null) => setSearch({ with: phone });
  const step = (by: 1 | -1) => {
    const at = rows().findIndex((row) => row.phone === search().with);
    const next = rows()[at < 0 ? 0 : at + by];
    if (next) open(next.phone);
  };
  useShortcuts(() => ({
    j: () => step(1),
    k: () => step(-1),
    r: () => document.getElementById(REPLY_BOX_ID)?.focus(),
    e: () => document.getElementById(CLOSE_BUTTON_ID)?.click(),
    n: () => document.getElementById(NOTE_BUTTON_ID)?.click(),
    t: () => document.getElementById(TAG_BUTTON_ID)?.click(),
    a: () => document.getElementById(ASSIGNEE_ID)?.focus(),
    z: () => openMenu(SNOOZE_BUTTON_ID),
    f: () => document.getElementById(SEARCH_BOX_ID)?.focus(),
  }));
  return (
    <>
      <div class={search().with ? "max-lg:sr-only" : ""}>
        <PageHead
          title="Inbox"
          lead="Replies to your campaigns and messages to your numbers. First those that nobody has read."
          actions={
            <>
              <Taking />
              <LinkButton href="/inbox/settings" icon="settings">
                Inbox settings
              </LinkButton>
              <ListExport list="conversations" filter={filter()} />
            </>
          }
        />
      </div>
      <div class={search().with ? "max-lg:hidden" : ""}>
        <Views view={view()} campaignId={search().campaignId} />
        <InboxFilters search={search()} />
      </div>
      <div class="grid items-start gap-6 lg:grid-cols-[22rem_minmax(0,1fr)]">
        <div class={search().with ? "max-lg:hidden" : ""}>
          <Card flush>
            <Loaded query={query}>
              {() => (
                <Show
                  when={rows().length > 0}
                  fallback={<NoConversations view={view()} filtered={narrowed()} />}
                >
                  <ConversationList rows={rows()} query={query} chosen={search().with} onChoose={open} />
                </Show>
              )}
            </Loaded>
          </Card>
        </div>
        <Show
          when={search().with}
          keyed
          fallback={
            <Card class="max-lg:hidden">
              <Empty icon="messages" title="Choose a conversation">
                <kbd>J</kbd> and <kbd>K</kbd> to move, <kbd>R</kbd> to reply, <kbd>?</kbd> for all keys.
              </Empty>
            </Card>
          }
        >
          {(phone) => <Thread phone={phone} onBack={() => open(null)} />}
        </Show>
      </div>
    </>
  );
}

/** A menu opens with the key of a pressed pointer or Enter, not with a click of a script. */
const openMenu = (id: string) => {
  const trigger = document.getElementById(id)?.querySelector("button");
  trigger?.focus();
  trigger?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
};

const VIEW_WORDS: Record<InboxView, string> = {
  all: "All",
  open: "Open",
  mine: "Mine",
  unread: "Unread",
  mentions: "Mentions",
  snoozed: "Snoozed",
  undecided: "Possible opt-outs",
};

function Views(props: { view: InboxView; campaignId: string | undefined }): JSX.Element {
  const [, setSearch] = usePageFilters<InboxSearch>();
  const counts = useQuery(inboxCountsQuery);
  const count = (view: InboxView) => (view === "all" || !counts.isSuccess ? 0 : counts.data[view]);
  return (
    <fieldset class="mb-4 flex min-w-0 gap-1 overflow-x-auto p-0.5">
      <legend class="sr-only">Filter conversations</legend>
      <For each={INBOX_VIEWS}>
        {(value) => (
          <button
            type="button"
            aria-pressed={props.view === value}
            onClick={() => setSearch({ view: value === "all" ? null : value, with: null })}
            class="inline-flex min-h-8 items-center gap-2 rounded-full px-3 whitespace-nowrap text-muted hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
          >
            {VIEW_WORDS[value]}
            <Show when={count(value) > 0}>
              <span class="text-xs font-semibold">{countWords(count(value), counts.data?.most)}</span>
            </Show>
          </button>
        )}
      </For>
      <Show when={props.campaignId}>
        <button
          type="button"
          onClick={() => setSearch({ campaignId: null })}
          class="min-h-8 rounded-full bg-sunken px-3 whitespace-nowrap text-ink hover:bg-line"
        >
          Replies to one campaign ✕<span class="sr-only">: show all</span>
        </button>
      </Show>
    </fieldset>
  );
}

function NoConversations(props: { view: InboxView; filtered: boolean }): JSX.Element {
  return (
    <Show
      when={props.view === "all" && !props.filtered}
      fallback={
        <Empty icon="check" title={props.view === "undecided" ? "Nothing to decide" : "Nothing here"}>
          {props.view === "undecided"
            ? "Replies that may be an opt-out appear here, for a teammate to decide."
            : "No conversation matches this view."}
        </Empty>
      }
    >
      <Empty icon="messages" title="No replies yet">
        Replies to your campaigns and messages to your numbers appear here.
      </Empty>
    </Show>
  );
}
