import { For, type JSX, Show } from "solid-js";
import { type Alert, openAlertsQuery, pastAlertsQuery } from "../../data/alerts.ts";
import { useInfiniteQuery, useQuery } from "../../data/transport/use-query.ts";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import { WordsBadge } from "../../ui/status.tsx";
import { Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifiedWords, runbookHref, SEVERITY } from "./alert-words.ts";

const useOpenAlerts = () => useQuery(openAlertsQuery);
type OpenAlertsQuery = ReturnType<typeof useOpenAlerts>;

export default function AlertsPage(): JSX.Element {
  const open = useOpenAlerts();
  return (
    <>
      <PageHead title="Alerts" lead="Problems that need an operator, and what to do about each." />
      <div class="grid gap-6">
        <OpenAlerts query={open} />
        {/* Shown only when the open alerts are loaded. Otherwise their arrival would push it down. */}
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
              <Empty icon="check" title="No open alerts">
                The rules are checked every ten seconds.
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
        <WordsBadge words={SEVERITY[props.alert.severity]} />
        <h3 class="font-semibold">{props.alert.title}</h3>
        <span class="text-muted">
          since <Moment at={props.alert.openedAt} ago />
          {props.alert.systemWide ? " · whole system" : ""}
        </span>
      </div>
      <p class="wrap-anywhere">{props.alert.summary}</p>
      <p>
        <span class="font-medium">What to do:</span> {props.alert.advice}{" "}
        <a href={runbookHref(props.alert)} target="_blank" rel="noreferrer" class="text-accent underline">
          Runbook: {props.alert.section}
        </a>
      </p>
      <p class="text-[0.8125rem] text-muted">{notifiedWords(props.alert)}</p>
    </li>
  );
}

function PastAlerts(): JSX.Element {
  const query = useInfiniteQuery(pastAlertsQuery);
  return (
    <Card title="Past" flush>
      <PagedTable
        query={query}
        caption="Past alerts"
        columns={COLUMNS}
        what="alerts"
        empty={<Empty icon="info" title="None yet" />}
      />
    </Card>
  );
}

const COLUMNS = [
  {
    head: "Alert",
    cell: (row: Alert) => (
      <>
        <span class="font-medium">{row.title}</span>
        <Under class="wrap-anywhere">{row.summary}</Under>
      </>
    ),
  },
  {
    head: "Severity",
    from: "sm" as const,
    cell: (row: Alert) => <WordsBadge words={SEVERITY[row.severity]} />,
  },
  {
    head: "Opened",
    numeric: true,
    from: "md" as const,
    class: "whitespace-nowrap",
    cell: (row: Alert) => <Moment at={row.openedAt} />,
  },
  {
    head: "Resolved",
    numeric: true,
    class: "whitespace-nowrap",
    cell: (row: Alert) => <Moment at={row.resolvedAt} />,
  },
];
