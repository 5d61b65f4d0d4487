import { A } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { type CampaignRow, campaignsQuery } from "../../data/campaigns.ts";
import { summaryQuery } from "../../data/home.ts";
import { type Budget, budgetQuery } from "../../data/settings.ts";
import { useInfiniteQuery, useQuery } from "../../data/transport/use-query.ts";
import { useDenied, useMe } from "../../shell/session-context.tsx";
import { Meter } from "../../ui/charts/meter.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Empty, Loaded, Skeleton } from "../../ui/loaded.tsx";
import { Card, Notice, PageHead } from "../../ui/page.tsx";
import { CampaignStatus } from "../../ui/status.tsx";
import { Table } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { countOf, formatMoney } from "../../ui/words/format.ts";
import { ChangeBudgetDialog } from "./change-dialog.tsx";
import { figuresOf, PERIOD_ADJECTIVE, type Period } from "./period.ts";

/** Shows each budget, what is spent of it, and the messages that wait for money. */
export default function BudgetsPage(): JSX.Element {
  const budget = useQuery(budgetQuery);
  const me = useMe();
  return (
    <>
      <PageHead
        title="Budgets"
        lead={`Money is reserved before a text is sent, so a budget is never exceeded. Days and months start at midnight in ${me().tenant.timezone}.`}
      />
      <div class="grid gap-6">
        <WaitingForMoney />
        <Loaded query={budget} skeleton={<PeriodSkeletons />}>
          {(status) => (
            <div class="grid gap-6 md:grid-cols-2">
              <PeriodCard period="day" budget={status()} />
              <PeriodCard period="month" budget={status()} />
            </div>
          )}
        </Loaded>
        <Campaigns />
      </div>
    </>
  );
}

/** As tall as the cards, so that nothing below moves when they arrive. */
function PeriodSkeletons(): JSX.Element {
  return (
    <div class="grid gap-6 md:grid-cols-2">
      <Skeleton class="h-[15.5rem] w-full rounded-xl" />
      <Skeleton class="h-[15.5rem] w-full rounded-xl" />
    </div>
  );
}

function PeriodCard(props: { period: Period; budget: Budget }): JSX.Element {
  const me = useMe();
  const denied = useDenied();
  const [changing, setChanging] = createSignal(false);
  const money = (micros: number) => formatMoney(micros, me().tenant.currency);
  const figures = () => figuresOf(props.budget, props.period);
  const left = () => Math.max(0, figures().limit - figures().spent - figures().reserved);
  const name = () => (props.period === "day" ? "Today" : "This month");
  return (
    <Card
      class="min-h-[15.5rem]"
      title={name()}
      actions={
        <Button
          size="small"
          aria-label={`Change the ${PERIOD_ADJECTIVE[props.period]} budget`}
          denied={denied("settings.write")}
          onClick={() => setChanging(true)}
        >
          Change…
        </Button>
      }
    >
      <p class="text-3xl font-semibold tracking-tight">{money(left())}</p>
      <p class="mt-1 text-muted">left of {money(figures().limit)}</p>
      <div class="mt-4">
        <Meter
          label={`The ${PERIOD_ADJECTIVE[props.period]} budget`}
          used={figures().spent}
          reserved={figures().reserved}
          limit={figures().limit}
          text={`${money(figures().spent)} spent and ${money(figures().reserved)} reserved of ${money(figures().limit)}`}
        />
      </div>
      <dl class="mt-4 grid grid-cols-3 gap-4">
        <Figure term="Spent">{money(figures().spent)}</Figure>
        <Figure term="Reserved">{money(figures().reserved)}</Figure>
        <Figure term="Resets">
          <Moment at={figures().resetsAt} otherZone={me().tenant.timezone} />
        </Figure>
      </dl>
      <ChangeBudgetDialog
        open={changing()}
        onClose={() => setChanging(false)}
        period={props.period}
        budget={props.budget}
      />
    </Card>
  );
}

function Figure(props: { term: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="min-w-0">
      <dt class="text-[0.8125rem] text-muted">{props.term}</dt>
      <dd class="mt-0.5 font-medium">{props.children}</dd>
    </div>
  );
}

function WaitingForMoney(): JSX.Element {
  const summary = useQuery(summaryQuery);
  const waiting = () => (summary.isPending ? 0 : (summary.data?.today.queuedForBudget ?? 0));
  return (
    <Show when={waiting() > 0}>
      <Notice
        tone="warn"
        title={`${countOf(waiting(), "message is", "messages are")} waiting for the budget`}
        actions={
          <A href="/messages?status=queued&reason=Budget" class="font-medium text-accent underline">
            Show messages
          </A>
        }
      >
        They are sent automatically once the budget is raised or resets. No message is lost.
      </Notice>
    </Show>
  );
}

function Campaigns(): JSX.Element {
  const me = useMe();
  const query = useInfiniteQuery(() => campaignsQuery({}));
  const columns = [
    { head: "Campaign", cell: (row: CampaignRow) => <span class="wrap-anywhere">{row.name}</span> },
    {
      head: "Status",
      from: "sm" as const,
      cell: (row: CampaignRow) => <CampaignStatus status={row.status} />,
    },
    {
      head: "Launched",
      from: "md" as const,
      cell: (row: CampaignRow) => <Moment at={row.launchedAt} none="Not yet" />,
    },
    {
      head: "Cost so far",
      numeric: true,
      cell: (row: CampaignRow) => formatMoney(row.spentMicros, me().tenant.currency),
    },
  ];
  return (
    <Card title="Cost of the latest campaigns" flush>
      <Loaded query={query}>
        {(data) => {
          const rows = () => (data().pages[0]?.items ?? []).filter((row) => row.launchedAt).slice(0, 10);
          return (
            <Show
              when={rows().length > 0}
              fallback={
                <Empty icon="wallet" title="Nothing spent yet">
                  Each campaign appears here with its cost once it is launched.
                </Empty>
              }
            >
              <Table
                caption="Campaigns and their cost"
                rows={rows()}
                columns={columns}
                href={(row) => `/campaigns/${row.id}`}
              />
            </Show>
          );
        }}
      </Loaded>
    </Card>
  );
}
