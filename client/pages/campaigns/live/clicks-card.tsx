import { For, type JSX, Show } from "solid-js";
import { type CampaignClicks, campaignClicksQuery } from "../../../data/campaigns/short-links.ts";
import type { Progress } from "../../../data/campaigns.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Card } from "../../../ui/page.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { countOf, formatCount } from "../../../ui/words/format.ts";
import { isOver, jobsIn } from "./progress-groups.ts";

/** Who clicked the short links of a campaign, of those who got it. Nothing for a campaign without short links. */
export function ClicksCard(props: { id: string; progress: Progress }): JSX.Element {
  const clicks = useQuery(() => campaignClicksQuery(props.id, !isOver(props.progress.status)));
  const known = () => (clicks.isSuccess ? clicks.data : null);
  const delivered = () => jobsIn(props.progress.counts, "delivered");
  return (
    <Show when={known()}>
      {(counts) => (
        <Card title="Clicks" hint="Previews, scanners and bots are not counted">
          <p class="text-2xl font-semibold tracking-tight">
            {countOf(counts().people, "person", "people")}
            <span class="ml-2 text-sm font-normal text-muted">
              clicked, of {formatCount(delivered())} delivered{share(counts().people, delivered())}
            </span>
          </p>
          <Unnamed count={counts().unnamed} />
          <ul class="mt-4 grid gap-3">
            <For each={counts().links}>{(link) => <Link link={link} />}</For>
          </ul>
        </Card>
      )}
    </Show>
  );
}

const share = (people: number, delivered: number) =>
  delivered > 0 && people > 0 ? ` (${((people / delivered) * 100).toFixed(1)}%)` : "";

function Unnamed(props: { count: number }): JSX.Element {
  return (
    <Show when={props.count > 0}>
      <p class="mt-1 text-muted">
        {countOf(props.count, "more click")} by people who are not recorded. Each click counts.
      </p>
    </Show>
  );
}

function Link(props: { link: CampaignClicks["links"][number] }): JSX.Element {
  return (
    <li class="border-t border-line pt-3">
      <p class="wrap-anywhere">{props.link.url}</p>
      <p class="text-[0.8125rem] text-muted">
        {countOf(props.link.people, "person", "people")}, {countOf(props.link.clicks, "click")} counted once
        per kind of device · works until <Moment at={props.link.expiresAt} />
      </p>
    </li>
  );
}
