import { createEffect, type JSX, on, Show } from "solid-js";
import { type Campaign, campaignQuery, type Progress, progressQuery } from "../../data/campaigns.ts";
import { createLiveCampaign } from "../../data/live.ts";
import { queryClient } from "../../data/query-client.ts";
import { useQuery } from "../../data/use-query.ts";
import { StopProofLine } from "../../shell/stop-proof.tsx";
import { Announce } from "../../ui/announce.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { formatCount } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loaded, Skeleton } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Notice, PageHead } from "../../ui/page.tsx";
import { CampaignStatus } from "../../ui/status.tsx";
import { CampaignContent } from "./campaign-content.tsx";
import { CampaignControls } from "./campaign-controls.tsx";
import { DuplicateButton } from "./duplicate-button.tsx";
import { LiveFigures } from "./live-figures.tsx";
import { Pace } from "./pace.tsx";
import { ProgressChart } from "./progress-chart.tsx";
import { isOver, jobsIn } from "./progress-groups.ts";
import { Standing } from "./standing.tsx";

/** A launched campaign, followed live. */
export function LiveView(props: { campaign: Campaign }): JSX.Element {
  const progress = useQuery(() => progressQuery(props.campaign.id));
  const known = () => (progress.isPending ? undefined : progress.data);
  const live = createLiveCampaign(
    () => props.campaign.id,
    () => true,
  );
  const status = () => known()?.status ?? props.campaign.status;
  // The stream is the first to see a change of state: then the campaign's own facts are asked for again.
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
            <a
              href={`/campaigns/${props.campaign.id}/messages.csv`}
              download=""
              rel="external"
              class={buttonClass()}
            >
              <Icon name="download" /> Export
            </a>
            <DuplicateButton id={props.campaign.id} />
            <CampaignControls campaign={props.campaign} status={status()} progress={known()} />
          </>
        }
      />
      <Loaded query={progress} skeleton={<Skeleton class="h-96 w-full rounded-xl" />}>
        {(data) => (
          <div class="grid gap-6">
            <StoppedNotice campaign={props.campaign} progress={data()} />
            <Announce text={spoken(data())} />
            <LiveFigures progress={data()} />
            {/* The charts come when there is something to draw: last on a narrow page, so that they move nothing. */}
            <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem] xl:grid-rows-[auto_1fr]">
              <Standing id={props.campaign.id} progress={data()} />
              <div class="min-w-0 xl:col-start-2 xl:row-span-2 xl:row-start-1">
                <CampaignContent campaign={props.campaign} />
              </div>
              <div class="grid gap-6 xl:col-start-1">
                <ProgressChart progress={data()} />
                <Pace progress={data()} />
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
  const waiting = jobsIn(progress.counts, "queued");
  return `${formatCount(progress.sent)} of ${formatCount(progress.audience)} handed to the carrier, ${formatCount(delivered)} delivered, ${formatCount(waiting)} waiting.`;
}

/** Stopped: the proof, as long as the page shows it. */
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
