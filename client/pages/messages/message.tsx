import { A, useParams } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { type Message, messageQuery } from "../../data/messages.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, Fact, Facts, PageHead, useTitle } from "../../ui/page.tsx";
import { MessageStatus } from "../../ui/status.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { purposeWords } from "../../ui/words/consent-words.ts";
import { countOf, formatMoney, formatPhone } from "../../ui/words/format.ts";
import { languageName, languageReasonWords } from "../../ui/words/language-words.ts";
import { zoneSourceWords } from "../../ui/words/reasons.ts";
import { itsTextWords } from "../campaigns/ab-test/words.ts";
import { Attempts, Events } from "./carrier-path.tsx";
import { ClicksList } from "./clicks-list.tsx";
import { GateList } from "./gate-list.tsx";
import { SendAgain } from "./send-again.tsx";

/** One message: its status and the reason, the checks, and what the carrier reported. */
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
                <Show when={message().status === "unknown"}>
                  <SendAgain id={message().id} />
                </Show>
              </section>
              <GateList message={message()} />
              <ClicksList id={message().id} />
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

function Summary(props: { message: Message }): JSX.Element {
  const me = useMe();
  const zone = () => props.message.zones[0];
  return (
    <Card title="Message">
      <Facts>
        <Fact term="Purpose">
          {purposeWords(props.message.purpose)}
          <Show when={props.message.topic}>{(topic) => <span class="text-muted"> · {topic()}</span>}</Show>
        </Fact>
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
        <Show when={props.message.itsText}>
          {(text) => <Fact term="A/B test">{itsTextWords(text())}</Fact>}
        </Show>
        <Show when={props.message.languageReason}>
          {(reason) => (
            <Fact term="Language">
              {languageName(props.message.language ?? "")}
              <span class="block text-[0.8125rem] text-muted">{languageReasonWords(reason())}</span>
            </Fact>
          )}
        </Show>
        <Fact term="Time zone">
          {props.message.zones.length === 1
            ? zone()
            : `${countOf(props.message.zones.length, "possible zone")}`}
          <span class="block text-[0.8125rem] text-muted">
            {zoneSourceWords(props.message.timezoneSource)}
          </span>
        </Fact>
        <Show when={props.message.notBefore && props.message.status === "queued"}>
          <Fact term="Earliest send time">
            <Moment at={props.message.notBefore} precision="second" otherZone={zone()} />
          </Fact>
        </Show>
        <Fact term="Queued">
          <Moment at={props.message.createdAt} precision="second" otherZone={zone()} />
        </Fact>
        <Fact term="Sent">
          <Moment at={props.message.sentAt} precision="second" otherZone={zone()} />
        </Fact>
        <Fact term="Final status">
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
