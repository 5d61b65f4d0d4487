import { type AudienceGroup, audienceGroup } from "@smscrm/core/audiences/definition";
import { audienceSentence } from "@smscrm/core/audiences/words";
import { A } from "@solidjs/router";
import { createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import { audienceViewQuery, exactAudienceQuery } from "../../data/contacts/audiences.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { createTypingPause } from "../../ui/controls/typing-pause.ts";
import { Card } from "../../ui/page.tsx";
import { formatPhone, nameOf } from "../../ui/words/format.ts";
import { audienceCount, estimateBounds } from "./audience-count.ts";
import { useAudienceNames } from "./names.ts";

const TYPING_PAUSE_MS = 300;

/** The audience in words, how many contacts it has now, and ten of them. */
export function ResultCard(props: { definition: AudienceGroup; self: string | undefined }): JSX.Element {
  const names = useAudienceNames();
  const [settled, setSettled] = createSignal(JSON.stringify(props.definition));
  createTypingPause(() => JSON.stringify(props.definition), setSettled, TYPING_PAUSE_MS);
  const definition = () => JSON.parse(settled()) as AudienceGroup;
  const fault = () => audienceGroup.safeParse(definition()).error?.issues[0];
  const view = useQuery(() => ({ ...audienceViewQuery(definition(), props.self), enabled: !fault() }));
  const isEstimate = () => !view.isPlaceholderData && view.isSuccess && view.data.estimate !== null;
  const exact = useQuery(() => ({
    ...exactAudienceQuery(definition(), props.self),
    enabled: !fault() && isEstimate(),
  }));
  const shown = () => (isEstimate() && exact.isSuccess ? exact.data : view.data);
  return (
    <Card title="Who is in it">
      <div class="grid gap-4">
        <p class="text-pretty wrap-anywhere">{audienceSentence(definition(), names())}</p>
        <div role="status">
          <Switch fallback={<p class="text-muted">Counting…</p>}>
            <Match when={fault()}>
              <p class="text-muted">Complete each condition to see who is in it.</p>
            </Match>
            <Match when={view.isError}>
              <p class="font-medium text-danger">{sentenceOf(view.error)}</p>
            </Match>
            <Match when={shown()}>
              {(data) => (
                <p class={view.isPlaceholderData ? "opacity-60" : ""}>
                  <b class="text-xl font-semibold">{audienceCount(data())}</b>
                  <Show when={estimateBounds(data())}>
                    {(bounds) => (
                      <span class="block text-[0.8125rem] text-muted">
                        {bounds()}{" "}
                        {exact.isError ? `No exact count: ${sentenceOf(exact.error)}` : "Counting all…"}
                      </span>
                    )}
                  </Show>
                  <span class="block text-[0.8125rem] text-muted">
                    Now, before opt-out and consent checks
                  </span>
                </p>
              )}
            </Match>
          </Switch>
        </div>
        <Show when={!fault() && !view.isError && shown()}>
          {(data) => (
            <>
              <Show when={!data().isTextedComplete}>
                <p class="rounded-lg bg-warn-soft px-3 py-2">
                  “Last texted” does not know all older messages yet. They are being counted.
                </p>
              </Show>
              <ul class="grid gap-2" aria-label="Some of them">
                <For each={data().samples}>
                  {(contact) => (
                    <li class="min-w-0">
                      <A
                        href={`/contacts/${contact.id}`}
                        class="font-medium wrap-anywhere text-accent hover:underline"
                      >
                        {nameOf(contact)}
                      </A>
                      <span class="block text-[0.8125rem] text-muted wrap-anywhere">
                        {[
                          formatPhone(contact.phone),
                          contact.city,
                          contact.state,
                          ...contact.tags.slice(0, 3),
                        ]
                          .filter(Boolean)
                          .join(" · ")}
                      </span>
                    </li>
                  )}
                </For>
              </ul>
            </>
          )}
        </Show>
      </div>
    </Card>
  );
}
