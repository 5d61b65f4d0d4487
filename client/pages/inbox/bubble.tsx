import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { type Turn, useCancelReply } from "../../data/inbox.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { formatDay } from "../../ui/format.ts";
import { Moment } from "../../ui/moment.tsx";
import { Badge, messageWords } from "../../ui/status.tsx";
import { KIND_WORDS } from "./kind-words.ts";
import { OptOutQuestion } from "./opt-out-question.tsx";

/** One message. Ours on the right with where it stands and why; theirs on the left with what it was taken for. */
export function Bubble(props: { turn: Turn; newDay: boolean }): JSX.Element {
  const out = () => props.turn.direction === "out";
  const gone = () => out() && (props.turn.status === "failed" || props.turn.status === "canceled");
  return (
    <>
      <Show when={props.newDay}>
        <li class="my-1 text-center text-xs font-medium text-muted">{formatDay(new Date(props.turn.at))}</li>
      </Show>
      <li class={`grid max-w-[85%] gap-1 sm:max-w-md ${out() ? "justify-self-end" : "justify-self-start"}`}>
        <span class="sr-only">{out() ? "From us" : "From them"}:</span>
        <p
          class={`rounded-2xl px-4 py-2.5 wrap-anywhere whitespace-pre-wrap ${out() ? "justify-self-end rounded-br-md bg-accent-soft" : "justify-self-start rounded-bl-md bg-sunken"} ${gone() ? "text-muted line-through decoration-1" : ""}`}
        >
          {props.turn.body || "(no text)"}
        </p>
        <p
          class={`flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted ${out() ? "justify-end text-right" : ""}`}
        >
          <Moment at={props.turn.at} clock />
          <Origin turn={props.turn} />
          <Standing turn={props.turn} />
          <Show when={KIND_WORDS[props.turn.kind ?? ""]}>
            {(kind) => <Badge tone={kind().tone}>{kind().label}</Badge>}
          </Show>
        </p>
        <Show when={props.turn.kind === "ask-a-person"}>
          <OptOutQuestion turn={props.turn} />
        </Show>
      </li>
    </>
  );
}

function Origin(props: { turn: Turn }): JSX.Element {
  return (
    <Show when={props.turn.campaign}>
      {(campaign) => (
        <>
          <span aria-hidden="true">·</span>
          <Show
            when={campaign().kind === "campaign"}
            fallback={
              <span>
                {campaign().kind === "test" ? campaign().name : "Reply"}
                <Show when={props.turn.author}> by {props.turn.author}</Show>
              </span>
            }
          >
            <A href={`/campaigns/${campaign().id}`} class="hover:underline">
              {props.turn.direction === "in" ? `on ${campaign().name}` : campaign().name}
            </A>
          </Show>
        </>
      )}
    </Show>
  );
}

/** Where ours stands; a reply that still waits can be taken back. */
function Standing(props: { turn: Turn }): JSX.Element {
  const cancel = useCancelReply();
  const denied = useDenied();
  const words = () => (props.turn.status ? messageWords(props.turn.status, props.turn.reason) : undefined);
  const waiting = () => props.turn.status === "queued" && props.turn.campaign?.kind === "reply";
  return (
    <Show when={words()}>
      {(known) => (
        <>
          <span aria-hidden="true">·</span>
          <A href={`/messages/${props.turn.sendJobId}`} class="underline">
            {known().label}
          </A>
          <Show when={props.turn.sentence}>
            <span class="basis-full text-pretty text-warn">{props.turn.sentence}</span>
          </Show>
          <Show when={waiting() && !denied("messages.reply")}>
            <button
              type="button"
              class="font-medium text-accent underline"
              disabled={cancel.isPending}
              onClick={() => cancel.mutate(props.turn.campaign!.id)}
            >
              Take it back
            </button>
          </Show>
        </>
      )}
    </Show>
  );
}
