import { A } from "@solidjs/router";
import { useInfiniteQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import { conversationQuery, type Turn } from "../../data/contacts.ts";
import { Button } from "../../ui/button.tsx";
import { formatPhone } from "../../ui/format.ts";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Card } from "../../ui/page.tsx";
import { Badge, messageWords } from "../../ui/status.tsx";

const KINDS: Record<string, { label: string; tone: "danger" | "ok" | "warn" | "quiet" }> = {
  "opt-out": { label: "Opted out", tone: "danger" },
  "opt-in": { label: "Opted in again", tone: "ok" },
  help: { label: "Asked for help", tone: "quiet" },
  "ask-a-person": { label: "Perhaps an opt-out: read it", tone: "warn" },
};

/** What was said between us and this person, newest at the bottom as on a phone. */
export function Conversation(props: { id: string; zone: string | undefined }): JSX.Element {
  const query = useInfiniteQuery(() => conversationQuery(props.id));
  return (
    <Card title="Conversation">
      <Loaded query={query}>
        {(data) => {
          const turns = () =>
            data()
              .pages.flatMap((page) => page.items)
              .reverse();
          return (
            <Show
              when={turns().length > 0}
              fallback={
                <Empty icon="messages" title="Nothing was said yet">
                  Texts and replies appear here.
                </Empty>
              }
            >
              <Show when={query.hasNextPage}>
                <div class="mb-4 text-center">
                  <Button
                    size="small"
                    pending={query.isFetchingNextPage}
                    onClick={() => query.fetchNextPage()}
                  >
                    Show earlier
                  </Button>
                </div>
              </Show>
              <ol class="grid gap-4">
                <For each={turns()}>{(turn) => <Bubble turn={turn} zone={props.zone} />}</For>
              </ol>
            </Show>
          );
        }}
      </Loaded>
    </Card>
  );
}

function Bubble(props: { turn: Turn; zone: string | undefined }): JSX.Element {
  const out = () => props.turn.direction === "out";
  const status = () =>
    out() && props.turn.status ? messageWords(props.turn.status, props.turn.reason) : undefined;
  return (
    <li class={`grid max-w-[85%] gap-1 sm:max-w-md ${out() ? "justify-self-end" : "justify-self-start"}`}>
      <span class="sr-only">{out() ? "From us" : "From them"}:</span>
      <p
        class={`rounded-2xl px-4 py-2.5 wrap-anywhere whitespace-pre-wrap ${out() ? "justify-self-end rounded-br-md bg-accent-soft" : "justify-self-start rounded-bl-md bg-sunken"}`}
      >
        {props.turn.body || "(no text)"}
      </p>
      <p
        class={`flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted ${out() ? "justify-end" : ""}`}
      >
        <Moment at={props.turn.at} otherZone={props.zone} />
        <Show when={props.turn.campaign}>
          {(campaign) => (
            <>
              <span aria-hidden="true">·</span>
              <A href={`/campaigns/${campaign().id}`} class="hover:underline">
                {campaign().name}
              </A>
            </>
          )}
        </Show>
        <Show when={status()}>
          {(words) => (
            <>
              <span aria-hidden="true">·</span>
              <Show when={props.turn.sendJobId} fallback={words().label}>
                <A href={`/messages/${props.turn.sendJobId}`} class="underline">
                  {words().label}
                </A>
              </Show>
            </>
          )}
        </Show>
        <Show when={KINDS[props.turn.kind ?? ""]}>
          {(kind) => <Badge tone={kind().tone}>{kind().label}</Badge>}
        </Show>
        <Show when={!out()}>
          <span class="sr-only">to {formatPhone(props.turn.fromPhone)}</span>
        </Show>
      </p>
    </li>
  );
}
