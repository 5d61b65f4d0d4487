import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { messageQuery } from "../../../data/messages.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { MessageStatus } from "../../../ui/status.tsx";
import { formatPhone } from "../../../ui/words/format.ts";

/** The state of a test or a code, updated live. */
export function TestOutcome(props: { id: string; named?: boolean }): JSX.Element {
  const message = useQuery(() => ({ ...messageQuery(props.id), refetchInterval: 1_000 }));
  const known = () => message.data;
  return (
    <div role="status" class="grid gap-1.5 rounded-lg bg-sunken px-3.5 py-3">
      <Show when={known()} fallback={<p class="text-muted">Queued…</p>}>
        {(shown) => (
          <>
            <p class="flex flex-wrap items-center gap-2">
              <Show when={props.named}>
                <span class="font-medium">{formatPhone(shown().phone)}</span>
              </Show>
              <MessageStatus status={shown().status} reason={shown().reason} />
              <A href={`/messages/${props.id}`} class="text-accent underline">
                See why
              </A>
            </p>
            <p class="text-pretty text-muted">{shown().sentence}</p>
          </>
        )}
      </Show>
    </div>
  );
}
