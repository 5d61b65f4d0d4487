import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import type { CampaignRow } from "../../data/campaigns.ts";
import { countOf, formatCount } from "../../ui/format.ts";
import { Parts } from "../../ui/meter.tsx";
import { Moment } from "../../ui/moment.tsx";
import { CampaignStatus } from "../../ui/status.tsx";

/** One campaign in a list, with how far it is. */
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
            Launches by itself on <Moment at={props.campaign.scheduledAt} none="no day yet" />
          </p>
        }
      >
        <CampaignBar campaign={props.campaign} />
      </Show>
    </li>
  );
}

/** Delivered, on the way, failed and waiting, as a bar with its figures. */
export function CampaignBar(props: { campaign: CampaignRow }): JSX.Element {
  const onTheWay = () => Math.max(0, props.campaign.sent - props.campaign.delivered);
  return (
    <div class="mt-2 grid gap-1.5">
      <Parts
        class="h-1.5"
        parts={[
          { label: "Delivered", count: props.campaign.delivered, tone: "ok" },
          { label: "With the carrier", count: onTheWay(), tone: "accent" },
          { label: "Not sent or failed", count: props.campaign.failed, tone: "warn" },
          { label: "Waiting", count: props.campaign.waiting, tone: "quiet" },
        ]}
      />
      <p class="text-[0.8125rem] text-muted">
        {countOf(props.campaign.audienceCount, "person", "people")} · {formatCount(props.campaign.delivered)}{" "}
        delivered · {formatCount(props.campaign.failed)} not sent or failed ·{" "}
        {formatCount(props.campaign.waiting)} waiting
      </p>
    </div>
  );
}
