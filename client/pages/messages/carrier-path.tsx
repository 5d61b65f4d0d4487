import { For, type JSX, Show } from "solid-js";
import type { Message } from "../../data/messages.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Card, Fact, Facts } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { countOf, formatMoney, formatPhone } from "../../ui/words/format.ts";

/** Each attempt to send: the exact text, the times, the sending number and the price. */
export function Attempts(props: { message: Message }): JSX.Element {
  const me = useMe();
  const zone = () => props.message.zones[0];
  return (
    <Show when={props.message.attempts.length > 0}>
      <Card title="Sent to the carrier" flush>
        <For each={props.message.attempts}>
          {(attempt) => (
            <div class="grid gap-4 border-b border-line p-5 last:border-0">
              <div class="flex flex-wrap items-center gap-3">
                <span class="font-medium">Attempt {attempt.attempt}</span>
                <Badge
                  tone={
                    attempt.state === "unknown" ? "warn" : attempt.state === "rejected" ? "danger" : "quiet"
                  }
                >
                  {attempt.state}
                </Badge>
                <Show when={attempt.carrierStatus}>
                  <span class="text-muted">carrier status: {attempt.carrierStatus}</span>
                </Show>
              </div>
              <p class="w-fit max-w-full rounded-2xl rounded-bl-md bg-sunken px-4 py-3 wrap-anywhere whitespace-pre-wrap">
                {attempt.body}
              </p>
              <Show when={attempt.carrierErrorCode}>
                <p class="text-danger">{attempt.carrierErrorText}</p>
              </Show>
              <Facts columns>
                <Fact term="From">{formatPhone(attempt.fromPhone)}</Fact>
                <Fact term="Checked">
                  <Moment at={attempt.claimedAt} precision="millisecond" otherZone={zone()} />
                </Fact>
                <Fact term="Sent">
                  <Moment at={attempt.submittedAt} precision="millisecond" otherZone={zone()} />
                </Fact>
                <Fact term="Carrier answered">
                  <Moment at={attempt.settledAt} precision="millisecond" otherZone={zone()} />
                </Fact>
                <Fact term="Final status">
                  <Moment at={attempt.finalAt} precision="second" otherZone={zone()} />
                </Fact>
                <Fact term="Cost">
                  {attempt.spentMicros > 0
                    ? formatMoney(attempt.spentMicros, me().tenant.currency)
                    : `${formatMoney(attempt.reservedMicros, me().tenant.currency)} reserved`}{" "}
                  · {countOf(attempt.segments, "segment")}
                </Fact>
                <Fact term="Carrier ID">
                  <span class="font-mono text-xs">{attempt.carrierSid ?? "–"}</span>
                </Fact>
              </Facts>
            </div>
          )}
        </For>
      </Card>
    </Show>
  );
}

/** The carrier's callbacks, in the order in which they arrived. */
export function Events(props: { message: Message }): JSX.Element {
  return (
    <Show when={props.message.events.length > 0}>
      <Card title="Carrier updates" flush>
        <ol>
          <For each={props.message.events}>
            {(event) => (
              <li class="border-b border-line px-5 py-3 last:border-0">
                <div class="flex flex-wrap items-baseline justify-between gap-x-4">
                  <span>
                    <span class="font-medium">{event.status ?? event.kind}</span>
                    <Show when={event.outcome}>
                      <span class="text-muted"> · {event.outcome}</span>
                    </Show>
                    <Show when={event.timesReceived > 1}>
                      <span class="text-muted"> · received {event.timesReceived} times</span>
                    </Show>
                  </span>
                  <Moment at={event.at} precision="millisecond" />
                </div>
                <details class="mt-1 text-[0.8125rem]">
                  <summary class="w-fit text-muted hover:text-ink">Raw data</summary>
                  <pre class="mt-2 overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-xs" tabindex="0">
                    {JSON.stringify(event.payload, null, 2)}
                  </pre>
                </details>
              </li>
            )}
          </For>
        </ol>
      </Card>
    </Show>
  );
}
