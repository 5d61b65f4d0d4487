import { segments } from "@smscrm/core/text/segments";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { type Correspondence, threadMessagesQuery, useReply } from "../../data/inbox.ts";
import { forgetWithSession } from "../../data/session.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useInfiniteQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Icon } from "../../ui/icon.tsx";
import { IS_MAC } from "../../ui/platform.ts";
import { countOf } from "../../ui/words/format.ts";
import { createSavedReplies, SAVED_REPLY_LIST_ID } from "./team/saved-reply-list.tsx";
import { ColleagueTyping, createTypingNews } from "./team/typing.tsx";

export const REPLY_BOX_ID = "reply";
const BODY_LENGTH_MAX = 1_600;

/** Unsent replies by number, so that leaving the page loses nothing. */
const drafts = new Map<string, { id: string; body: string }>();
forgetWithSession(() => drafts.clear());

/** The reply form. It says before you write whether the reply is sent now, sent later or refused. */
export function ReplyBox(props: {
  phone: string;
  name: string;
  outlook: Correspondence["outlook"];
}): JSX.Element {
  const reply = useReply();
  const thread = useInfiniteQuery(() => threadMessagesQuery(props.phone));
  const seenUpTo = () => (thread.isPending ? undefined : thread.data?.pages[0]?.items[0]?.id);
  const denied = useDenied();
  // The id belongs to the text, so that sending it again after a lost answer sends one message.
  const [draft, setDraft] = createSignal(drafts.get(props.phone) ?? { id: crypto.randomUUID(), body: "" });
  const typing = createTypingNews(() => props.phone);
  let box: HTMLTextAreaElement | undefined;
  const write = (body: string) => {
    drafts.set(props.phone, setDraft({ id: draft().id, body }));
    typing.wrote(body);
  };
  const saved = createSavedReplies(() => draft().body, write);
  const offerSaved = () => {
    if (draft().body === "") write("/");
    box?.focus();
  };
  const size = createMemo(() => segments(draft().body, { smartEncoding: false }));
  const tooLong = () =>
    draft().body.length > BODY_LENGTH_MAX
      ? `Too long for one text: shorten it by ${countOf(draft().body.length - BODY_LENGTH_MAX, "character")}.`
      : undefined;
  const whyNot = () => {
    if (denied("messages.reply")) return denied("messages.reply");
    if (draft().body.trim() === "") return "Write a reply first";
    return tooLong();
  };
  const send = () => {
    if (whyNot() || reply.isPending) return;
    reply.mutate(
      { ...draft(), phone: props.phone, seenUpTo: seenUpTo() },
      {
        onSuccess: () => {
          typing.stopped();
          drafts.delete(props.phone);
          setDraft({ id: crypto.randomUUID(), body: "" });
        },
      },
    );
  };
  return (
    <form
      class="grid gap-2 border-t border-line p-4 sm:px-5"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label for={REPLY_BOX_ID} class="sr-only">
        Reply to {props.name}
      </label>
      <ColleagueTyping phone={props.phone} />
      {saved.list()}
      <textarea
        ref={box}
        id={REPLY_BOX_ID}
        rows="3"
        aria-controls={saved.activeId() ? SAVED_REPLY_LIST_ID : undefined}
        aria-activedescendant={saved.activeId()}
        onBlur={() => typing.stopped()}
        value={draft().body}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (saved.onKey(event)) return;
          // The keys of the inbox work again. The text stays.
          if (event.key === "Escape" && !event.isComposing) event.currentTarget.blur();
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          send();
        }}
        placeholder={`Reply to ${props.name}, or / for a saved reply`}
        aria-describedby="reply-outlook"
        spellcheck
        class="min-h-20 w-full resize-y rounded-lg border border-edge bg-surface px-3 py-2 text-sm placeholder:text-muted"
      />
      <FormProblem text={tooLong() ?? (reply.isError ? sentenceOf(reply.error) : undefined)} />
      <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p id="reply-outlook" class="min-w-0 flex-1 basis-56 text-[0.8125rem] text-muted">
          <OutlookWords outlook={props.outlook} />
          <Show when={draft().body !== ""}>
            {" "}
            {countOf(size().segments, "segment")}
            <Show when={size().encoding === "UCS-2"}>
              , more because of {firstUcs2Character(draft().body)}
            </Show>
            , {countOf(size().unitsLeft, "character")} left.
            <Show when={draft().body.includes("{{")}> Fields are filled in for {props.name}.</Show>
          </Show>
        </p>
        <div class="flex items-center gap-3">
          <Show when={draft().body === ""}>
            <Button size="small" look="quiet" denied={denied("messages.reply")} onClick={offerSaved}>
              Saved replies
            </Button>
          </Show>
          <kbd class="hidden font-sans text-xs text-muted sm:block">{IS_MAC ? "⌘" : "Ctrl"} Enter</kbd>
          <Button type="submit" look="primary" icon="send" pending={reply.isPending} denied={whyNot()}>
            Send reply
          </Button>
        </div>
      </div>
    </form>
  );
}

function OutlookWords(props: { outlook: Correspondence["outlook"] }): JSX.Element {
  return (
    <Show
      when={props.outlook}
      fallback="Sending adds this number to your contacts, without consent for campaigns."
    >
      {(outlook) => (
        <Show when={outlook().verdict !== "goes"} fallback="Sends now.">
          <span
            class={`inline-flex items-start gap-1.5 ${outlook().verdict === "refused" ? "text-danger" : "text-warn"}`}
          >
            <Icon name={outlook().verdict === "refused" ? "block" : "clock"} class="mt-0.5 size-3.5" />
            {outlook().sentence}
          </span>
        </Show>
      )}
    </Show>
  );
}

/** Returns the first character that makes the whole text UCS-2, which costs more. */
function firstUcs2Character(body: string): string {
  const [first] = segments(body, { smartEncoding: false }).nonGsm;
  return first ? `“${first.char}”` : "a character";
}
