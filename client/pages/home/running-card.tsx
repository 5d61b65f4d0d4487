import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { Summary } from "../../data/home.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/button.tsx";
import { Empty } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { CampaignLine } from "../campaigns/campaign-line.tsx";

export function RunningCard(props: { summary: Summary }): JSX.Element {
  const denied = useDenied();
  return (
    <Card
      title="Campaigns on the way"
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
            title="No campaign is running"
            action={
              <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="plus">
                New campaign
              </LinkButton>
            }
          >
            Write one, see what it will cost and when it will finish, then launch it.
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
