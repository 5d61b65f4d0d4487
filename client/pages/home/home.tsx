import { For, type JSX } from "solid-js";
import { summaryQuery } from "../../data/home.ts";
import { useQuery } from "../../data/use-query.ts";
import { useDenied, useMe } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/button.tsx";
import { Loaded, Skeleton } from "../../ui/loaded.tsx";
import { PageHead } from "../../ui/page.tsx";
import { BudgetCard } from "./budget-card.tsx";
import { PaceCard } from "./pace-card.tsx";
import { RunningCard } from "./running-card.tsx";
import { SendingCard } from "./sending-card.tsx";
import { Tiles } from "./tiles.tsx";
import { WaitingCard } from "./waiting-card.tsx";
import { WorldStrip } from "./world-strip.tsx";

/** Is it sending, is anything wrong, what waits for me. */
export default function HomePage(): JSX.Element {
  const denied = useDenied();
  const me = useMe();
  const summary = useQuery(summaryQuery);
  return (
    <>
      <PageHead
        title="Home"
        lead={`${me().tenant.name} · days and budgets begin at midnight in ${me().tenant.timezone}`}
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
                <PaceCard summary={data()} />
                <RunningCard summary={data()} />
              </div>
              <div class="grid min-w-0 gap-6">
                <WaitingCard summary={data()} />
                <BudgetCard summary={data()} />
                <WorldStrip zones={data().zones} />
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
