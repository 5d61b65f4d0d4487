import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import type { CampaignRow } from "../../data/campaigns.ts";
import { Parts } from "../../ui/charts/meter.tsx";
import { CampaignStatus } from "../../ui/status.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { countOf, formatCount } from "../../ui/words/format.ts";

/** A launched or scheduled campaign in a list, with its progress. */
export function CampaignLine(props: { campaign: CampaignRow }): JSX.Element {
  return (
    <li class="relative border-b border-line px-5 py-3.5 last:border-0 hover:bg-sunken/60">
      <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <A
          href={`/campaigns/${props.campaign.id}`}
          class="font-medium wrap-anywhere after:absolute after:inset-0"
        >
          {props.campaign.name}
        </A>
        <CampaignStatus status={props.campaign.status} />
      </div>
      <Show
        when={props.campaign.launchedAt}
        fallback={
          <p class="mt-1 text-[0.8125rem] text-muted">
            Launches automatically on <Moment at={props.campaign.scheduledAt} none="no day yet" />
          </p>
        }
      >
        <CampaignBar campaign={props.campaign} />
      </Show>
    </li>
  );
}

/** The messages of a campaign by status, as a bar with its figures. */
function CampaignBar(props: { campaign: CampaignRow }): JSX.Element {
  const awaiting = () => Math.max(0, props.campaign.sent - props.campaign.delivered);
  return (
    <div class="mt-2 grid gap-1.5">
      <Parts
        class="h-1.5"
        parts={[
          { label: "Delivered", count: props.campaign.delivered, tone: "ok" },
          { label: "Awaiting delivery", count: awaiting(), tone: "accent" },
          { label: "Not sent or failed", count: props.campaign.failed, tone: "warn" },
          { label: "Queued", count: props.campaign.waiting, tone: "quiet" },
        ]}
      />
      <p class="text-[0.8125rem] text-muted" translate="no">
        {countOf(props.campaign.audienceCount, "contact")} · {formatCount(props.campaign.delivered)} delivered
        · {formatCount(props.campaign.failed)} not sent or failed · {formatCount(props.campaign.waiting)}{" "}
        queued
      </p>
    </div>
  );
}
