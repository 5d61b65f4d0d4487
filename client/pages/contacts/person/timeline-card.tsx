import { A } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { type TimelineEntry, type TimelineKind, timelineQuery } from "../../../data/contacts/person.ts";
import { useInfiniteQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { Card } from "../../../ui/page.tsx";
import { LoadMore } from "../../../ui/table.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { formatPhone } from "../../../ui/words/format.ts";
import { AddNote } from "../../inbox/team-bar.tsx";
import { entryWords, KIND_WORDS } from "./timeline-words.ts";

/** Everything that happened to a person, newest first, from wherever it is stored. */
export function TimelineCard(props: { id: string; phone: string }): JSX.Element {
  const denied = useDenied();
  const [kind, setKind] = createSignal<TimelineKind>();
  const query = useInfiniteQuery(() => timelineQuery(props.id, kind()));
  return (
    <Card
      title="Timeline"
      hint="Everything that happened to this person, newest first."
      flush
      actions={
        <Show when={!denied("messages.reply")}>
          <AddNote phone={props.phone} />
        </Show>
      }
    >
      <fieldset class="flex flex-wrap gap-1 border-b border-line px-5 py-3">
        <legend class="sr-only">Show in the timeline</legend>
        <KindButton label="Everything" pressed={kind() === undefined} onPress={() => setKind(undefined)} />
        <For each={Object.entries(KIND_WORDS) as [TimelineKind, string][]}>
          {([value, label]) => (
            <KindButton label={label} pressed={kind() === value} onPress={() => setKind(value)} />
          )}
        </For>
      </fieldset>
      <Loaded query={query}>
        {(data) => {
          const entries = () => data().pages.flatMap((page) => page.items);
          return (
            <Show
              when={entries().length > 0}
              fallback={
                <Empty icon="search" title="Nothing of this kind yet">
                  Messages, replies, consents and changes appear here by themselves.
                </Empty>
              }
            >
              <ol class="divide-y divide-line">
                <For each={entries()}>{(entry) => <Entry entry={entry} preferred={props.phone} />}</For>
              </ol>
              <LoadMore query={query} shown={entries().length} what="entries" />
            </Show>
          );
        }}
      </Loaded>
    </Card>
  );
}

function KindButton(props: { label: string; pressed: boolean; onPress: () => void }): JSX.Element {
  return (
    <button
      type="button"
      aria-pressed={props.pressed}
      onClick={() => props.onPress()}
      class="min-h-7 rounded-full px-3 text-[0.8125rem] whitespace-nowrap text-muted hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
    >
      {props.label}
    </button>
  );
}

/** What is about a further number of the person says so. */
function Entry(props: { entry: TimelineEntry; preferred: string }): JSX.Element {
  const words = () => entryWords(props.entry);
  return (
    <li class="px-5 py-3 text-[0.8125rem]">
      <div class="flex flex-wrap items-baseline justify-between gap-x-4">
        <Show when={words().href} fallback={<span class="font-medium wrap-anywhere">{words().title}</span>}>
          {(href) => (
            <A href={href()} class="font-medium text-accent hover:underline wrap-anywhere">
              {words().title}
            </A>
          )}
        </Show>
        <span class="text-muted">
          <Show when={props.entry.phone !== props.preferred}>{formatPhone(props.entry.phone)} · </Show>
          <Show when={props.entry.by}>{(by) => <>{by()} · </>}</Show>
          <Moment at={props.entry.at} />
        </span>
      </div>
      <Show when={words().detail}>
        {(detail) => (
          <p class="mt-0.5 whitespace-pre-line text-muted wrap-anywhere">
            <bdi>{detail()}</bdi>
          </p>
        )}
      </Show>
    </li>
  );
}
