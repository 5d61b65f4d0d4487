import { createSignal, For, type JSX, Show } from "solid-js";
import { correspondenceQuery } from "../../data/inbox.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Card } from "../../ui/page.tsx";
import { formatPhone } from "../../ui/words/format.ts";
import { ReplyBox } from "../inbox/reply-box.tsx";
import { ThreadMessages } from "../inbox/thread-messages.tsx";

/** The conversations with a contact, one for each number, the same as in the inbox. */
export function Conversation(props: { phones: readonly string[]; name: string }): JSX.Element {
  const [chosen, setChosen] = createSignal<string>();
  const phone = () => props.phones.find((one) => one === chosen()) ?? props.phones[0]!;
  const person = useQuery(() => correspondenceQuery(phone()));
  return (
    <Card title="Conversation" flush>
      <Show when={props.phones.length > 1}>
        <fieldset class="flex flex-wrap gap-1 border-b border-line px-5 py-3">
          <legend class="sr-only">Number</legend>
          <For each={props.phones}>
            {(one) => (
              <button
                type="button"
                aria-pressed={one === phone()}
                onClick={() => setChosen(one)}
                class="min-h-7 rounded-full px-3 text-[0.8125rem] whitespace-nowrap text-muted hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
              >
                {formatPhone(one)}
              </button>
            )}
          </For>
        </fieldset>
      </Show>
      <Show keyed when={phone()}>
        {(one) => (
          <>
            <ThreadMessages phone={one} class="max-h-[60dvh] overflow-y-auto p-5" />
            <ReplyBox
              phone={one}
              name={props.name}
              outlook={person.isPending ? null : (person.data?.outlook ?? null)}
            />
          </>
        )}
      </Show>
    </Card>
  );
}
