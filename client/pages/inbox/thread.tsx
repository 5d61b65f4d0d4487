import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { type Correspondence, correspondenceQuery } from "../../data/inbox.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { IconButton } from "../../ui/controls/button.tsx";
import { Card, useTitle } from "../../ui/page.tsx";
import { wallClockIn } from "../../ui/time/clock.ts";
import { formatPhone } from "../../ui/words/format.ts";
import { ReplyBox } from "./reply-box.tsx";
import { senderWords, whyNoTexts } from "./sender-words.ts";
import { TeamBar } from "./team-bar.tsx";
import { ThreadMessages } from "./thread-messages.tsx";

/** One conversation beside the list: the contact, the messages and the reply form. */
export function Thread(props: { phone: string; onBack: () => void }): JSX.Element {
  const denied = useDenied();
  const person = useQuery(() => correspondenceQuery(props.phone));
  const known = () => person.data;
  const name = () => known()?.contactName ?? senderWords(props.phone);
  useTitle(() => `${name()} · Inbox`);
  return (
    <Card flush class="lg:sticky lg:top-4">
      <div class="flex items-center gap-3 border-b border-line px-4 py-3 sm:px-5">
        <IconButton label="Back to the list" icon="left" class="lg:hidden" onClick={() => props.onBack()} />
        <div class="min-w-0 grow">
          <h2 class="truncate text-[0.9375rem] font-semibold">
            <Show when={!denied("contacts.read") && known()?.contactId} fallback={name()}>
              {(id) => (
                <A href={`/contacts/${id()}`} class="hover:underline">
                  {name()}
                </A>
              )}
            </Show>
          </h2>
          <p class="truncate text-[0.8125rem] text-muted">
            {whyNoTexts(props.phone)
              ? "No replies from here"
              : known() && !known()?.contactId
                ? "Not a contact yet"
                : formatPhone(props.phone)}
            <ContactTime person={known()} />
          </p>
        </div>
      </div>
      <TeamBar phone={props.phone} />
      <ThreadMessages
        phone={props.phone}
        class="max-h-[calc(100dvh-31rem)] min-h-40 lg:max-h-[calc(100dvh-38rem)] overflow-y-auto px-4 py-5 sm:px-5"
      />
      <Show
        when={whyNoTexts(props.phone)}
        fallback={<ReplyBox phone={props.phone} name={name()} outlook={known()?.outlook ?? null} />}
      >
        {(why) => <p class="border-t border-line p-4 text-pretty text-muted sm:px-5">{why()}</p>}
      </Show>
    </Card>
  );
}

function ContactTime(props: { person: Correspondence | undefined }): JSX.Element {
  const only = () => (props.person?.outlook?.zones.length === 1 ? props.person.outlook.zones[0] : undefined);
  return (
    <Show when={only()}>
      {(zone) => (
        <>
          {" "}
          · {wallClockIn(zone())} in {zone().split("/").at(-1)?.replaceAll("_", " ")}
        </>
      )}
    </Show>
  );
}
