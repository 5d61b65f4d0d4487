import { type JSX, Show } from "solid-js";
import type { Campaign } from "../../data/campaigns.ts";
import { Moment } from "../../ui/moment.tsx";
import { Card, Fact, Facts } from "../../ui/page.tsx";
import { WeekWords } from "../../ui/week-words.tsx";

/** What was written, to whom, and when it may go. */
export function CampaignContent(props: { campaign: Campaign }): JSX.Element {
  const audience = () => {
    const { audience } = props.campaign;
    if (audience.kind === "tags") return `Tagged ${audience.tags.join(", ")}`;
    return audience.kind === "all" ? "Everybody" : "One person";
  };
  return (
    <Card title="Message">
      <p class="mb-5 w-fit max-w-full rounded-2xl rounded-bl-md bg-sunken px-4 py-3 wrap-anywhere whitespace-pre-wrap">
        {props.campaign.body}
      </p>
      <Facts>
        <Fact term="Audience">{audience()}</Fact>
        <Fact term="Hours, on the recipient’s clock">
          <Show when={props.campaign.quietHours} fallback="As in Settings">
            {(week) => <WeekWords week={week()} />}
          </Show>
        </Fact>
        <Fact term="Too old to send after">
          <Moment at={props.campaign.expiresAt} none="No limit" />
        </Fact>
        <Fact term="Smart encoding">{props.campaign.smartEncoding ? "On" : "Off"}</Fact>
        <Fact term="Written by">
          {props.campaign.createdBy ?? "–"}, <Moment at={props.campaign.createdAt} />
        </Fact>
        <Show when={props.campaign.launchedAt}>
          <Fact term="Launched by">
            {props.campaign.launchedBy ?? "–"}, <Moment at={props.campaign.launchedAt} precision="second" />
          </Fact>
        </Show>
        <Show when={props.campaign.quietHoursOverrideReason}>
          <Fact term="Sent outside quiet hours, because">“{props.campaign.quietHoursOverrideReason}”</Fact>
        </Show>
      </Facts>
    </Card>
  );
}
