import { A, useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import { type Message, messageQuery } from "../../data/messages.ts";
import { useMe } from "../../shell/session-context.tsx";
import { countOf, formatMoney, formatPhone } from "../../ui/format.ts";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Card, Fact, Facts, PageHead, useTitle } from "../../ui/page.tsx";
import { gateWords, zoneSourceWords } from "../../ui/reasons.ts";
import { Badge, MessageStatus } from "../../ui/status.tsx";
import { gateRows, type LookedFact, lookedAt, lookedWhenSent } from "./looked.ts";

/** One message's whole path: why it went, why it did not, or when it may go. */
export default function MessagePage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const query = useQuery(() => messageQuery(params.id));
  useTitle(() => "Message");
  return (
    <Loaded query={query} page>
      {(message) => (
        <>
          <PageHead
            title={`To ${message().contactName ?? formatPhone(message().phone)}`}
            back={{
              href: `/messages?campaignId=${message().campaignId}`,
              label: "Messages of this campaign",
            }}
            status={<MessageStatus status={message().status} reason={message().reason} />}
          />
          <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
            <div class="grid gap-6">
              <section class="rounded-xl border border-line bg-surface p-5 shadow-card" aria-label="Why">
                <p class="text-base text-pretty">{message().sentence}</p>
              </section>
              <Gates message={message()} />
              <Attempts message={message()} />
              <Events message={message()} />
            </div>
            <Summary message={message()} />
          </div>
        </>
      )}
    </Loaded>
  );
}

const ANSWERS: Record<string, { icon: IconName; tone: string; label: string }> = {
  pass: { icon: "check", tone: "bg-ok-soft text-ok", label: "Open" },
  hold: { icon: "clock", tone: "bg-warn-soft text-warn", label: "Wait" },
  drop: { icon: "cross", tone: "bg-danger-soft text-danger", label: "Refused" },
};
const NOT_ASKED = { icon: "right" as const, tone: "bg-sunken text-muted", label: "Not asked" };

function Gates(props: { message: Message }): JSX.Element {
  return (
    <Card
      title="Gates, in order"
      hint="The first “no” decides; gates after it are not asked. This is the last time they were asked."
      flush
    >
      <ol>
        <For each={gateRows(props.message)}>
          {(gate) => {
            const answer = () => ANSWERS[gate.answer] ?? NOT_ASKED;
            return (
              <li class="flex items-start gap-3 border-b border-line px-5 py-3 last:border-0">
                <span class={`grid size-6 shrink-0 place-items-center rounded-full ${answer().tone}`}>
                  <Icon name={answer().icon} class="size-3.5" />
                </span>
                <div class="min-w-0 grow">
                  <div class="flex flex-wrap items-baseline justify-between gap-x-4">
                    <span class={gate.answer === "not asked" ? "text-muted" : "font-medium"}>
                      {gateWords(gate.name)}
                    </span>
                    <span class="text-[0.8125rem] text-muted">{answer().label}</span>
                  </div>
                  <Show when={gate.looked}>{(looked) => <Looked looked={looked()} />}</Show>
                </div>
              </li>
            );
          }}
        </For>
      </ol>
      <Show when={lookedWhenSent(props.message.verdict)}>
        {(looked) => (
          <div class="border-t border-line px-5 py-4">
            <p class="text-[0.8125rem] text-muted">What they looked at when it went:</p>
            <Looked looked={looked()} />
          </div>
        )}
      </Show>
    </Card>
  );
}

function Looked(props: { looked: Readonly<Record<string, unknown>> }): JSX.Element {
  const me = useMe();
  const worded = (fact: LookedFact) =>
    fact.micros === null ? fact.value : formatMoney(fact.micros, me().tenant.currency);
  return (
    <dl class="mt-2 grid gap-x-6 gap-y-1 rounded-lg bg-sunken px-3 py-2 text-[0.8125rem] sm:grid-cols-2">
      <For each={lookedAt(props.looked)}>
        {(fact) => (
          <div class="flex min-w-0 justify-between gap-3">
            <dt class="text-muted">{fact.term}</dt>
            <dd class="min-w-0 text-right wrap-anywhere">
              <Show when={fact.at} fallback={worded(fact)}>
                <Moment at={fact.at} precision="second" />
              </Show>
            </dd>
          </div>
        )}
      </For>
    </dl>
  );
}

function Attempts(props: { message: Message }): JSX.Element {
  const me = useMe();
  const zone = () => props.message.zones[0];
  return (
    <Show when={props.message.attempts.length > 0}>
      <Card
        title={props.message.attempts.length === 1 ? "Hand-over to the carrier" : "Hand-overs to the carrier"}
        flush
      >
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
                  <span class="text-muted">carrier says “{attempt.carrierStatus}”</span>
                </Show>
              </div>
              <p class="w-fit max-w-full rounded-2xl rounded-bl-md bg-sunken px-4 py-3 wrap-anywhere whitespace-pre-wrap">
                {attempt.body}
              </p>
              <Show when={attempt.carrierErrorCode}>
                <p class="text-danger">
                  {attempt.carrierErrorText}{" "}
                  <span class="text-muted">(carrier code {attempt.carrierErrorCode})</span>
                </p>
              </Show>
              <Facts columns>
                <Fact term="From">{formatPhone(attempt.fromPhone)}</Fact>
                <Fact term="Claimed">
                  <Moment at={attempt.claimedAt} precision="millisecond" otherZone={zone()} />
                </Fact>
                <Fact term="Handed over">
                  <Moment at={attempt.handedOverAt} precision="millisecond" otherZone={zone()} />
                </Fact>
                <Fact term="Answered">
                  <Moment at={attempt.settledAt} precision="millisecond" otherZone={zone()} />
                </Fact>
                <Fact term="Final">
                  <Moment at={attempt.finalAt} precision="second" otherZone={zone()} />
                </Fact>
                <Fact term="Cost">
                  {attempt.spentMicros > 0
                    ? formatMoney(attempt.spentMicros, me().tenant.currency)
                    : `${formatMoney(attempt.reservedMicros, me().tenant.currency)} reserved`}{" "}
                  · {countOf(attempt.segments, "segment")}
                </Fact>
                <Fact term="Carrier’s id">
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

function Events(props: { message: Message }): JSX.Element {
  return (
    <Show when={props.message.events.length > 0}>
      <Card title="What the carrier told us" flush>
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
                  <summary class="w-fit text-muted hover:text-ink">As received</summary>
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

function Summary(props: { message: Message }): JSX.Element {
  const me = useMe();
  const zone = () => props.message.zones[0];
  return (
    <Card title="Message">
      <Facts>
        <Fact term="Contact">
          <A href={`/contacts/${props.message.contactId}`} class="text-accent hover:underline">
            {props.message.contactName ?? formatPhone(props.message.phone)}
          </A>
          <span class="block text-muted">{formatPhone(props.message.phone)}</span>
        </Fact>
        <Fact term="Campaign">
          <A href={`/campaigns/${props.message.campaignId}`} class="text-accent hover:underline">
            {props.message.campaignName}
          </A>
        </Fact>
        <Fact term="Time zone">
          {props.message.zones.length === 1
            ? zone()
            : `${countOf(props.message.zones.length, "possible zone")}`}
          <span class="block text-[0.8125rem] text-muted">
            {zoneSourceWords(props.message.timezoneSource)}
          </span>
        </Fact>
        <Show when={props.message.notBefore && props.message.status === "queued"}>
          <Fact term="Not before">
            <Moment at={props.message.notBefore} precision="second" otherZone={zone()} />
          </Fact>
        </Show>
        <Fact term="Queued">
          <Moment at={props.message.createdAt} precision="second" otherZone={zone()} />
        </Fact>
        <Fact term="Handed over">
          <Moment at={props.message.sentAt} precision="second" otherZone={zone()} />
        </Fact>
        <Fact term="Final">
          <Moment at={props.message.finalAt} precision="second" otherZone={zone()} />
        </Fact>
        <Show when={props.message.priceMicros}>
          {(price) => (
            <Fact term="Price">
              {formatMoney(price(), me().tenant.currency)} · {countOf(props.message.segments ?? 1, "segment")}
            </Fact>
          )}
        </Show>
      </Facts>
    </Card>
  );
}
