import { A } from "@solidjs/router";
import { createEffect, type JSX, on, Show } from "solid-js";
import { type Campaign, campaignQuery, type Progress, progressQuery } from "../../../data/campaigns.ts";
import { startCampaign } from "../../../data/contacts/exports.ts";
import { createLiveCampaign } from "../../../data/transport/live.ts";
import { queryClient } from "../../../data/transport/query-client.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { ExportButton } from "../../../shell/export-button.tsx";
import { StopProofLine } from "../../../shell/stop-proof.tsx";
import { Announce } from "../../../ui/announce.tsx";
import { Loaded, Skeleton } from "../../../ui/loaded.tsx";
import { Notice, PageHead } from "../../../ui/page.tsx";
import { CampaignStatus } from "../../../ui/status.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { formatCount } from "../../../ui/words/format.ts";
import { AbTestCard } from "../ab-test/test-card.tsx";
import { CampaignContent } from "../campaign-content.tsx";
import { CampaignControls } from "../campaign-controls.tsx";
import { DuplicateButton } from "../duplicate-button.tsx";
import { FirstPartCard } from "../first-part/first-part-card.tsx";
import { ClicksCard } from "./clicks-card.tsx";
import { LiveFigures } from "./live-figures.tsx";
import { MessageStatusCard } from "./message-status-card.tsx";
import { ProgressChart } from "./progress-chart.tsx";
import { isOver, jobsIn } from "./progress-groups.ts";
import { ThroughputCard } from "./throughput-card.tsx";

/** A launched campaign, updated live. */
export function LiveView(props: { campaign: Campaign }): JSX.Element {
  const progress = useQuery(() => progressQuery(props.campaign.id));
  const known = () => progress.data;
  const live = createLiveCampaign(
    () => props.campaign.id,
    () => true,
  );
  const endedAt = () => props.campaign.completedAt ?? props.campaign.canceledAt;
  const status = () => known()?.status ?? props.campaign.status;
  // The stream reports a new status first. Then the rest of the campaign is fetched again.
  createEffect(
    on(
      status,
      () => void queryClient.invalidateQueries({ queryKey: campaignQuery(props.campaign.id).queryKey }),
      {
        defer: true,
      },
    ),
  );
  return (
    <>
      <PageHead
        title={props.campaign.name}
        back={{ href: "/campaigns", label: "Campaigns" }}
        status={
          <>
            <CampaignStatus status={status()} />
            <LiveDot on={live()} over={isOver(status())} />
          </>
        }
        actions={
          <>
            <ExportButton start={(format) => startCampaign(props.campaign.id, format)} />
            <DuplicateButton id={props.campaign.id} />
            <CampaignControls campaign={props.campaign} status={status()} progress={known()} />
          </>
        }
      />
      <Loaded query={progress} skeleton={<Skeleton class="h-96 w-full rounded-xl" />}>
        {(data) => (
          <div class="grid gap-6">
            <StoppedNotice campaign={props.campaign} progress={data()} />
            <HeldNotice heldBy={data().heldBy} />
            <Show when={props.campaign.canary}>
              <FirstPartCard campaign={props.campaign} status={status()} />
            </Show>
            <Show when={props.campaign.abTest}>
              <AbTestCard campaign={props.campaign} status={status()} />
            </Show>
            <Announce text={spoken(data())} />
            <LiveFigures progress={data()} endedAt={endedAt()} />
            {/* The charts appear once there is data. They come last on a narrow page, so that nothing moves. */}
            <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem] xl:grid-rows-[auto_1fr]">
              <MessageStatusCard id={props.campaign.id} progress={data()} />
              <div class="min-w-0 xl:col-start-2 xl:row-span-2 xl:row-start-1">
                <CampaignContent campaign={props.campaign} />
              </div>
              <div class="grid gap-6 xl:col-start-1">
                <ClicksCard id={props.campaign.id} progress={data()} />
                <ProgressChart progress={data()} endedAt={endedAt()} />
                <ThroughputCard progress={data()} />
              </div>
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}

function LiveDot(props: { on: boolean; over: boolean }): JSX.Element {
  return (
    <Show when={!props.over}>
      <span class="inline-flex items-center gap-1.5 text-xs text-muted">
        <span
          class={`size-2 rounded-full ${props.on ? "animate-breathe bg-ok-fill" : "bg-quiet-fill"}`}
          aria-hidden="true"
        />
        {props.on ? "Live" : "Connecting…"}
      </span>
    </Show>
  );
}

function spoken(progress: Progress): string {
  const delivered = jobsIn(progress.counts, "delivered");
  const queued = jobsIn(progress.counts, "queued");
  return `${formatCount(progress.sent)} of ${formatCount(progress.audience)} sent, ${formatCount(delivered)} delivered, ${formatCount(queued)} queued.`;
}

/** Shows when a campaign was stopped, with the proof. */
function StoppedNotice(props: { campaign: Campaign; progress: Progress }): JSX.Element {
  const stopped = () => props.progress.status === "paused" || props.progress.status === "canceled";
  return (
    <Show when={stopped()}>
      <Notice tone={props.progress.status === "paused" ? "warn" : "info"}>
        <strong class="font-semibold">{props.progress.status === "paused" ? "Paused" : "Canceled"}</strong>{" "}
        <Moment
          at={props.progress.status === "paused" ? props.campaign.pausedAt : props.campaign.canceledAt}
          precision="millisecond"
        />
        . <StopProofLine proof={{ ...props.progress, expireBy: null }} />
      </Notice>
    </Show>
  );
}

/** Says what holds the whole campaign, besides a pause. */
function HeldNotice(props: { heldBy: Progress["heldBy"] }): JSX.Element {
  return (
    <>
      <Show when={props.heldBy === "Trial mode"}>
        <Notice tone="warn">
          <strong class="font-semibold">Waits for the end of the trial.</strong> It was launched before trial
          mode, which texts only your team's numbers.{" "}
          <A class="underline" href="/settings#trial">
            Open trial mode
          </A>
        </Notice>
      </Show>
      <Show when={props.heldBy === "Inbox full"}>
        <Notice tone="warn">
          <strong class="font-semibold">Waits for your inbox.</strong> More conversations wait for an answer
          than your team takes. It continues by itself once fewer do.{" "}
          <A class="underline" href="/inbox">
            Open the inbox
          </A>
        </Notice>
      </Show>
    </>
  );
}
