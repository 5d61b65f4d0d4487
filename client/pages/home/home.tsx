import { For, type JSX } from "solid-js";
import { summaryQuery } from "../../data/home.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied, useMe } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/controls/button.tsx";
import { Loaded, Skeleton } from "../../ui/loaded.tsx";
import { PageHead } from "../../ui/page.tsx";
import { ActiveCampaignsCard } from "./active-campaigns-card.tsx";
import { AttentionCard } from "./attention-card.tsx";
import { BudgetCard } from "./budget-card.tsx";
import { OpenZonesCard } from "./open-zones-card.tsx";
import { SendingCard } from "./sending-card.tsx";
import { ThroughputCard } from "./throughput-card.tsx";
import { Tiles } from "./tiles.tsx";

/** Whether messages are being sent, what needs attention, and today's figures. */
export default function HomePage(): JSX.Element {
  const denied = useDenied();
  const me = useMe();
  const summary = useQuery(summaryQuery);
  return (
    <>
      <PageHead
        title="Home"
        lead={`${me().tenant.name} · Days and budgets start at midnight in ${me().tenant.timezone}`}
        actions={
          <>
            <LinkButton href="/contacts/import?new=1" denied={denied("imports.run")} icon="upload">
              Import contacts
            </LinkButton>
            <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="plus" look="primary">
              New campaign
            </LinkButton>
          </>
        }
      />
      <Loaded query={summary} skeleton={<HomeSkeleton />}>
        {(data) => (
          <div class="grid gap-6">
            <SendingCard summary={data()} />
            <Tiles summary={data()} />
            <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
              <div class="grid min-w-0 gap-6">
                <ThroughputCard summary={data()} />
                <ActiveCampaignsCard summary={data()} />
              </div>
              <div class="grid min-w-0 gap-6">
                <AttentionCard summary={data()} />
                <BudgetCard summary={data()} />
                <OpenZonesCard zones={data().zones} />
              </div>
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}

function HomeSkeleton(): JSX.Element {
  return (
    <div class="grid gap-6">
      <Skeleton class="h-21 w-full rounded-xl" />
      <div class="grid grid-cols-2 gap-4 lg:grid-cols-3 xl:grid-cols-6">
        <For each={[1, 2, 3, 4, 5, 6]}>{() => <Skeleton class="h-24 rounded-xl" />}</For>
      </div>
      <Skeleton class="h-64 w-full rounded-xl" />
    </div>
  );
}
