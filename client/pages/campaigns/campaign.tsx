import { useNavigate, useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { type JSX, Show } from "solid-js";
import { type Campaign, campaignQuery, useDuplicateCampaign } from "../../data/campaigns.ts";
import { sentenceOf } from "../../data/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/button.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Card, Fact, Facts, useTitle } from "../../ui/page.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { WeekWords } from "../../ui/week-words.tsx";
import { DraftView } from "./draft-view.tsx";
import { LiveView } from "./live-view.tsx";

export default function CampaignPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const query = useQuery(() => campaignQuery(params.id));
  useTitle(() => "Campaign");
  return (
    <Show when={params.id} keyed>
      <Loaded query={query} page>
        {(campaign) => (
          <Show when={campaign().status === "draft"} fallback={<LiveView campaign={campaign()} />}>
            <DraftView campaign={campaign()} />
          </Show>
        )}
      </Loaded>
    </Show>
  );
}

/** A copy as a new draft: what was launched can't be changed or sent again. */
export function DuplicateButton(props: { id: string }): JSX.Element {
  const navigate = useNavigate();
  const duplicate = useDuplicateCampaign();
  const denied = useDenied();
  const press = () =>
    duplicate.mutate(props.id, {
      onSuccess: (copy) => {
        notifyDone("Copied as a new draft.");
        navigate(`/campaigns/${copy.id}/edit`);
      },
      onError: (error) => notifyProblem(sentenceOf(error)),
    });
  return (
    <Button icon="copy" pending={duplicate.isPending} denied={denied("campaigns.write")} onClick={press}>
      Duplicate
    </Button>
  );
}

/** What was written, to whom, and when it may go. */
export function CampaignContent(props: { campaign: Campaign }): JSX.Element {
  const audience = () =>
    props.campaign.audience.kind === "all"
      ? "Everybody"
      : `Tagged ${props.campaign.audience.tags.join(", ")}`;
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
