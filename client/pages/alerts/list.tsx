import { For, type JSX, Show } from "solid-js";
import { type Alert, openAlertsQuery, pastAlertsQuery } from "../../data/alerts.ts";
import { useInfiniteQuery, useQuery } from "../../data/use-query.ts";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import { LoadMore, Table, Under } from "../../ui/table.tsx";
import { runbookHref, SEVERITY, toldWords } from "./alert-words.ts";

const useOpenAlerts = () => useQuery(openAlertsQuery);
type OpenAlertsQuery = ReturnType<typeof useOpenAlerts>;

export default function AlertsPage(): JSX.Element {
  const open = useOpenAlerts();
  return (
    <>
      <PageHead
        title="Alerts"
        lead="What wants an operator's eye, since when, and what to do. Each opens once and is over once."
      />
      <div class="grid gap-6">
        <OpenAlerts query={open} />
        {/* Below what is open, however much that is: so that it does not move when that is known. */}
        <Show when={!open.isPending}>
          <PastAlerts />
        </Show>
      </div>
    </>
  );
}

function OpenAlerts(props: { query: OpenAlertsQuery }): JSX.Element {
  return (
    <Card title="Open" flush>
      <Loaded query={props.query}>
        {(open) => (
          <Show
            when={open().length > 0}
            fallback={
              <Empty icon="check" title="Nothing is wrong">
                The rules are judged every ten seconds by whichever worker is first.
              </Empty>
            }
          >
            <ul>
              <For each={open()}>{(alert) => <OpenAlert alert={alert} />}</For>
            </ul>
          </Show>
        )}
      </Loaded>
    </Card>
  );
}

function OpenAlert(props: { alert: Alert }): JSX.Element {
  return (
    <li
      id={props.alert.id}
      class="grid scroll-mt-20 gap-2 border-b border-line px-5 py-4 last:border-0 target:bg-sunken"
    >
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <SeverityBadge severity={props.alert.severity} />
        <h3 class="font-semibold">{props.alert.title}</h3>
        <span class="text-muted">
          since <Moment at={props.alert.openedAt} ago />
          {props.alert.systemWide ? " · the whole system" : ""}
        </span>
      </div>
      <p class="wrap-anywhere">{props.alert.summary}</p>
      <p>
        <span class="font-medium">What to do:</span> {props.alert.advice}{" "}
        <a href={runbookHref(props.alert)} target="_blank" rel="noreferrer" class="text-accent underline">
          Runbook: {props.alert.section}
        </a>
      </p>
      <p class="text-[0.8125rem] text-muted">{toldWords(props.alert)}</p>
    </li>
  );
}

function SeverityBadge(props: { severity: Alert["severity"] }): JSX.Element {
  const words = () => SEVERITY[props.severity];
  return (
    <Badge tone={words().tone} title={words().means}>
      {words().label}
    </Badge>
  );
}

function PastAlerts(): JSX.Element {
  const query = useInfiniteQuery(pastAlertsQuery);
  return (
    <Card title="Past" flush>
      <Loaded query={query}>
        {(data) => {
          const rows = () => data().pages.flatMap((page) => page.items);
          return (
            <Show when={rows().length > 0} fallback={<Empty icon="info" title="None yet" />}>
              <Table caption="Past alerts" rows={rows()} columns={COLUMNS} />
              <LoadMore query={query} shown={rows().length} what="alerts" />
            </Show>
          );
        }}
      </Loaded>
    </Card>
  );
}

const COLUMNS = [
  {
    head: "What",
    cell: (row: Alert) => (
      <>
        <span class="font-medium">{row.title}</span>
        <Under class="wrap-anywhere">{row.summary}</Under>
      </>
    ),
  },
  { head: "Severity", from: "sm" as const, cell: (row: Alert) => <SeverityBadge severity={row.severity} /> },
  {
    head: "From",
    numeric: true,
    from: "md" as const,
    class: "whitespace-nowrap",
    cell: (row: Alert) => <Moment at={row.openedAt} />,
  },
  {
    head: "Until",
    numeric: true,
    class: "whitespace-nowrap",
    cell: (row: Alert) => <Moment at={row.resolvedAt} />,
  },
];
