import { audienceSentence } from "@smscrm/core/audiences/words";
import { For, type JSX, Show } from "solid-js";
import type { ApprovalPage } from "../../../data/campaigns/approvals.ts";
import { Card, Fact, Facts } from "../../../ui/page.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { WeekWords } from "../../../ui/time/week-words.tsx";
import { purposeWords } from "../../../ui/words/consent-words.ts";
import { countryName, formatCount } from "../../../ui/words/format.ts";
import { useAudienceNames } from "../../audiences/names.ts";
import { abPlanWords } from "../ab-test/words.ts";
import { canaryWords } from "../first-part/words.ts";
import { TextList } from "../text-list.tsx";

type Copy = ApprovalPage["seen"]["copy"];

/** The campaign exactly as it was when the approval was asked for. */
export function CopyCard(props: { copy: Copy; recipients: number }): JSX.Element {
  return (
    <Card title="Message">
      <TextList
        body={props.copy.body}
        language={props.copy.language ?? ""}
        texts={props.copy.texts ?? []}
        snippets={props.copy.snippets ?? []}
      />
      <Facts>
        <Fact term="Audience">
          <AudienceWords audience={props.copy.audience} />, {formatCount(props.recipients)} recipients
        </Fact>
        <Fact term="Sent from">
          <For each={props.copy.senders} fallback="No active number">
            {({ number, country }, index) => (
              <>
                {index() > 0 ? ", " : ""}
                <span translate="no">{number}</span> ({countryName(country)})
              </>
            )}
          </For>
        </Fact>
        <Fact term="Purpose">
          {purposeWords(props.copy.purpose)}
          <Show when={props.copy.topic}>{(topic) => <> · {topic()}</>}</Show>
        </Fact>
        <Fact term="Launch">
          <Moment at={props.copy.launchAt} none="By hand, after the approval" />
        </Fact>
        <Show when={props.copy.canary}>
          {(canary) => <Fact term="First part">{canaryWords(canary())}</Fact>}
        </Show>
        <Show when={props.copy.abTest}>{(test) => <Fact term="A/B test">{abPlanWords(test())}</Fact>}</Show>
        <Fact term="Sending hours, recipient’s time">
          <Show when={props.copy.quietHours} fallback="As in Settings">
            {(week) => <WeekWords week={week()} />}
          </Show>
        </Fact>
        <Fact term="Don’t send after">
          <Moment at={props.copy.expiresAt} none="No limit" />
        </Fact>
        <Fact term="Smart encoding">{props.copy.smartEncoding ? "On" : "Off"}</Fact>
        <Fact term="Short links">{props.copy.shortenLinks ? "On" : "Off"}</Fact>
        <Show when={props.copy.overrideReason}>
          {(reason) => <Fact term="Sent outside quiet hours, because">“{reason()}”</Fact>}
        </Show>
      </Facts>
    </Card>
  );
}

function AudienceWords(props: { audience: Copy["audience"] }): JSX.Element {
  const names = useAudienceNames();
  const words = () => {
    const { audience } = props;
    if (audience.kind === "tags") return `Tagged ${audience.tags.join(", ")}`;
    if (audience.kind !== "saved") return audience.kind === "all" ? "All contacts" : "One contact";
    return `${audience.name}, version ${audience.version}: ${audienceSentence(audience.definition, names()).replace(/\.$/, "")}`;
  };
  return <>{words()}</>;
}
