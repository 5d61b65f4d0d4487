import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { Summary } from "../../data/home.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/controls/button.tsx";
import { Empty } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { CampaignLine } from "../campaigns/campaign-line.tsx";

export function ActiveCampaignsCard(props: { summary: Summary }): JSX.Element {
  const denied = useDenied();
  return (
    <Card
      title="Active campaigns"
      flush
      actions={
        <A href="/campaigns" class="text-accent hover:underline">
          All campaigns
        </A>
      }
    >
      <Show
        when={props.summary.running.length > 0}
        fallback={
          <Empty
            icon="send"
            title="No active campaigns"
            action={
              <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="plus">
                New campaign
              </LinkButton>
            }
          >
            Create a campaign, check its cost and finish time, then launch it.
          </Empty>
        }
      >
        <ul>
          <For each={props.summary.running}>{(campaign) => <CampaignLine campaign={campaign} />}</For>
        </ul>
      </Show>
    </Card>
  );
}
