import { For, type JSX, Show } from "solid-js";
import { waitingMessagesQuery } from "../../data/messages.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Card } from "../../ui/page.tsx";

/** The texts of campaigns that wait for a contact, and why. Nothing where none does. */
export function WaitingCard(props: { phone: string }): JSX.Element {
  const waiting = useQuery(() => waitingMessagesQuery(props.phone));
  const shown = () => (waiting.data?.items ?? []).filter(({ campaignKind }) => campaignKind === "campaign");
  return (
    <Show when={shown().length > 0}>
      <Card title="Waiting to be sent" flush>
        <ul>
          <For each={shown()}>
            {(message) => (
              <li class="border-b border-line px-5 py-3 last:border-0">
                <a href={`/messages/${message.id}`} class="font-medium text-accent hover:underline">
                  {message.campaignName}
                </a>
                <p class="mt-0.5 text-[0.8125rem] text-muted">{message.sentence}</p>
              </li>
            )}
          </For>
        </ul>
      </Card>
    </Show>
  );
}
