import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { type ThreadMessage, useCancelReply } from "../../data/inbox.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { filteredAddress } from "../../ui/filtered-address.ts";
import { Badge } from "../../ui/status.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { formatDay } from "../../ui/words/format.ts";
import { messageWords } from "../../ui/words/status-words.ts";
import { kindWords } from "./kind-words.ts";
import { OptOutQuestion } from "./opt-out-question.tsx";

/** One message: ours on the right with its status, theirs on the left with its kind. */
export function Bubble(props: { message: ThreadMessage; newDay: boolean }): JSX.Element {
  return (
    <>
      <Show when={props.newDay}>
        <li class="my-1 text-center text-xs font-medium text-muted">
          {formatDay(new Date(props.message.at))}
        </li>
      </Show>
      <Show when={props.message.direction === "note"} fallback={<Text message={props.message} />}>
        <Note message={props.message} />
      </Show>
    </>
  );
}

/** Written for the team. It looks like no text, so that nobody takes it for one. */
function Note(props: { message: ThreadMessage }): JSX.Element {
  return (
    <li class="grid gap-1 rounded-xl border border-dashed border-line px-4 py-2.5">
      <p class="text-xs font-medium text-muted">
        Note by <bdi>{props.message.author ?? "a colleague"}</bdi>, not sent ·{" "}
        <Moment at={props.message.at} clock />
      </p>
      <p class="wrap-anywhere whitespace-pre-wrap">{props.message.body}</p>
    </li>
  );
}

function Text(props: { message: ThreadMessage }): JSX.Element {
  const out = () => props.message.direction === "out";
  const notSent = () => out() && (props.message.status === "failed" || props.message.status === "canceled");
  return (
    <li class={`grid max-w-[85%] gap-1 sm:max-w-md ${out() ? "justify-self-end" : "justify-self-start"}`}>
      <span class="sr-only">{out() ? "From us" : "From them"}:</span>
      <p
        class={`rounded-2xl px-4 py-2.5 wrap-anywhere whitespace-pre-wrap ${out() ? "justify-self-end rounded-br-md bg-accent-soft" : "justify-self-start rounded-bl-md bg-sunken"} ${notSent() ? "text-muted line-through decoration-1" : ""}`}
      >
        {props.message.body ||
          (props.message.kind === "opted-out-by-link" ? "Used the opt-out link" : "(no text)")}
      </p>
      <p
        class={`flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted ${out() ? "justify-end text-right" : ""}`}
      >
        <Moment at={props.message.at} clock />
        <Origin message={props.message} />
        <DeliveryStatus message={props.message} />
        <Show when={kindWords(props.message.kind ?? "", props.message.isRecorded)}>
          {(kind) => <Badge tone={kind().tone}>{kind().label}</Badge>}
        </Show>
      </p>
      <Show when={props.message.kind === "ask-a-person" || props.message.kind === "partial-opt-out"}>
        <OptOutQuestion message={props.message} />
      </Show>
      <Show when={props.message.kind === "wants-texts" && props.message.fromPhone}>
        {(phone) => <WantsTexts phone={phone()} />}
      </Show>
    </li>
  );
}

/** Nothing is changed automatically here. A teammate can remove the number from the list, with a reason. */
function WantsTexts(props: { phone: string }): JSX.Element {
  const denied = useDenied();
  return (
    <p class="rounded-xl bg-warn-soft px-3.5 py-3">
      <strong class="font-semibold text-warn">Do they want texts again?</strong> They are on the
      do-not-contact list. This reply is not clear consent, so nothing was changed. If they do,{" "}
      <Show when={!denied("doNotContact.read")} fallback="an admin removes them from the list">
        <A href={filteredAddress("/do-not-contact", { search: props.phone })} class="underline">
          remove them from the list
        </A>
      </Show>
      .
    </p>
  );
}

function Origin(props: { message: ThreadMessage }): JSX.Element {
  const denied = useDenied();
  const name = (campaign: { name: string }) =>
    props.message.direction === "in" ? `Reply to ${campaign.name}` : campaign.name;
  return (
    <Show when={props.message.campaign}>
      {(campaign) => (
        <>
          <span aria-hidden="true">·</span>
          <Show
            when={campaign().kind === "campaign"}
            fallback={
              <span>
                {campaign().kind === "reply" ? "Reply" : campaign().name}
                <Show when={props.message.author}> by {props.message.author}</Show>
              </span>
            }
          >
            <Show when={!denied("campaigns.read")} fallback={name(campaign())}>
              <A href={`/campaigns/${campaign().id}`} class="hover:underline">
                {name(campaign())}
              </A>
            </Show>
          </Show>
        </>
      )}
    </Show>
  );
}

/** The status of one of our messages. Sending a queued reply can be undone. */
function DeliveryStatus(props: { message: ThreadMessage }): JSX.Element {
  const cancel = useCancelReply();
  const denied = useDenied();
  const words = () =>
    props.message.status ? messageWords(props.message.status, props.message.reason) : undefined;
  const undoable = () => props.message.status === "queued" && props.message.campaign?.kind === "reply";
  return (
    <Show when={words()}>
      {(known) => (
        <>
          <span aria-hidden="true">·</span>
          <Show when={!denied("messages.read")} fallback={known().label}>
            <A href={`/messages/${props.message.sendJobId}`} class="underline">
              {known().label}
            </A>
          </Show>
          <Show when={props.message.sentence}>
            <span class="basis-full text-pretty text-warn">{props.message.sentence}</span>
          </Show>
          <Show when={undoable() && !denied("messages.reply")}>
            <button
              type="button"
              class="font-medium text-accent underline"
              disabled={cancel.isPending}
              onClick={() => cancel.mutate(props.message.campaign!.id)}
            >
              Undo send
            </button>
          </Show>
        </>
      )}
    </Show>
  );
}
