import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { type AuditEntry, auditQuery } from "../data/audit.ts";
import { useInfiniteQuery } from "../data/use-query.ts";
import { useDenied } from "../shell/session-context.tsx";
import { Empty, Loaded } from "../ui/loaded.tsx";
import { Moment } from "../ui/moment.tsx";
import { Card, PageHead } from "../ui/page.tsx";
import { LoadMore, Table, Under } from "../ui/table.tsx";
import { actionWords, detailWords, objectHref } from "./audit-words.ts";

export default function AuditPage(): JSX.Element {
  const denied = useDenied();
  const query = useInfiniteQuery(() => ({ ...auditQuery(), enabled: !denied("audit.read") }));
  return (
    <>
      <PageHead
        title="Audit log"
        lead="Who did what, newest first. It can only grow: nothing here is changed or removed."
      />
      <Card flush>
        <Show
          when={!denied("audit.read")}
          fallback={
            <Empty icon="audit" title="Not for your role">
              {denied("audit.read")}.
            </Empty>
          }
        >
          <Loaded query={query}>
            {(data) => {
              const rows = () => data().pages.flatMap((page) => page.items);
              return (
                <Show when={rows().length > 0} fallback={<Empty icon="audit" title="Nothing was done yet" />}>
                  <Table caption="Audit log" rows={rows()} columns={COLUMNS} />
                  <LoadMore query={query} shown={rows().length} what="entries" />
                </Show>
              );
            }}
          </Loaded>
        </Show>
      </Card>
    </>
  );
}

const COLUMNS = [
  {
    head: "What",
    cell: (row: AuditEntry) => (
      <>
        <Show when={objectHref(row)} fallback={<span class="font-medium">{actionWords(row.action)}</span>}>
          {(href) => (
            <A href={href()} class="font-medium text-accent hover:underline">
              {actionWords(row.action)}
            </A>
          )}
        </Show>
        <Under class="wrap-anywhere">{detailWords(row.detail)}</Under>
        <Under class="sm:hidden">{row.actor ?? "The system"}</Under>
      </>
    ),
  },
  {
    head: "Who",
    from: "sm" as const,
    class: "whitespace-nowrap",
    cell: (row: AuditEntry) => row.actor ?? <span class="text-muted">The system</span>,
  },
  {
    head: "When",
    numeric: true,
    class: "whitespace-nowrap",
    cell: (row: AuditEntry) => <Moment at={row.at} precision="second" />,
  },
];
