import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import type { Campaign } from "../../data/campaigns.ts";
import { Card, Fact, Facts } from "../../ui/page.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { WeekWords } from "../../ui/time/week-words.tsx";
import { countOf } from "../../ui/words/format.ts";
import { abPlanWords } from "./ab-test/words.ts";
import { canaryWords } from "./first-part/words.ts";
import { SavedAudience } from "./saved-audience.tsx";
import { TextList } from "./text-list.tsx";
import { localTimeWords, minutesWords } from "./timing-words.ts";

/** The text of a campaign, its audience and its sending hours. */
export function CampaignContent(props: { campaign: Campaign }): JSX.Element {
  const audience = () => {
    const { audience } = props.campaign;
    if (audience.kind === "saved") return <SavedAudience audience={audience} />;
    if (audience.kind === "tags") return `Tagged ${audience.tags.join(", ")}`;
    return audience.kind === "all" ? "All contacts" : "One contact";
  };
  return (
    <Card title="Message">
      <TextList body={props.campaign.body} language={props.campaign.language} texts={props.campaign.texts} />
      <Facts>
        <Fact term="Audience">{audience()}</Fact>
        <Show when={props.campaign.template}>
          {(template) => (
            <Fact term="Template">
              <Show when={template().newest !== null} fallback={template().name}>
                <A href={`/templates/${template().id}`} class="text-accent hover:underline">
                  {template().name}
                </A>
              </Show>
              <span class="text-muted">{templateWords(template())}</span>
            </Fact>
          )}
        </Show>
        <Show when={props.campaign.isTrial}>
          <Fact term="Trial">Reaches only your team’s own numbers</Fact>
        </Show>
        <Show when={props.campaign.localTime}>
          {(local) => <Fact term="Send time">{localTimeWords(local())}</Fact>}
        </Show>
        <Show when={props.campaign.spreadMinutes}>
          {(minutes) => <Fact term="Spread over">{minutesWords(minutes())}</Fact>}
        </Show>
        <Show when={props.campaign.messagesPerMinute}>
          {(limit) => <Fact term="Speed limit">{countOf(limit(), "message")} per minute</Fact>}
        </Show>
        <Show when={props.campaign.canary}>
          {(canary) => <Fact term="First part">{canaryWords(canary())}</Fact>}
        </Show>
        <Show when={props.campaign.abTest}>
          {(test) => <Fact term="A/B test">{abPlanWords(test())}</Fact>}
        </Show>
        <Fact term="Sending hours, recipient’s time">
          <Show when={props.campaign.quietHours} fallback="As in Settings">
            {(week) => <WeekWords week={week()} />}
          </Show>
        </Fact>
        <Fact term="Don’t send after">
          <Moment at={props.campaign.expiresAt} none="No limit" />
        </Fact>
        <Fact term="Smart encoding">{props.campaign.smartEncoding ? "On" : "Off"}</Fact>
        <Fact term="Short links">{props.campaign.shortenLinks ? "On" : "Off"}</Fact>
        <Fact term="Created by">
          {props.campaign.createdBy ?? "–"}, <Moment at={props.campaign.createdAt} />
        </Fact>
        <Show when={props.campaign.launchedAt}>
          <Fact term="Launched by">
            {props.campaign.launchedBy ?? "–"}, <Moment at={props.campaign.launchedAt} precision="second" />
          </Fact>
        </Show>
        <Show when={props.campaign.quietHoursOverrideReason}>
          <Fact term="Reason for sending in quiet hours">“{props.campaign.quietHoursOverrideReason}”</Fact>
        </Show>
      </Facts>
    </Card>
  );
}

/** Says which version the text is from, and what happened since. */
function templateWords({
  version,
  newest,
  isUnchanged,
}: Pick<NonNullable<Campaign["template"]>, "version" | "newest" | "isUnchanged">): string {
  const words = [`, version ${version}`];
  if (!isUnchanged) words.push("text changed since");
  if (newest === null) words.push("removed since");
  else if (newest > version) words.push(`version ${newest} is newer`);
  return words.join(", ");
}
