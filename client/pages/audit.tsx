import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { type AuditEntry, auditEvidenceQuery, auditQuery } from "../data/audit.ts";
import { useInfiniteQuery, useQuery } from "../data/transport/use-query.ts";
import { useDenied } from "../shell/session-context.tsx";
import { Empty } from "../ui/loaded.tsx";
import { Card, PageHead } from "../ui/page.tsx";
import { PagedTable } from "../ui/paged-table.tsx";
import { WordsBadge } from "../ui/status.tsx";
import { Under } from "../ui/table.tsx";
import { thisMinute } from "../ui/time/clock.ts";
import { Moment } from "../ui/time/moment.tsx";
import { actionWords, detailWords, evidenceWords, objectHref } from "./audit-words.ts";

export default function AuditPage(): JSX.Element {
  const denied = useDenied();
  const query = useInfiniteQuery(() => ({ ...auditQuery(), enabled: !denied("audit.read") }));
  const evidence = useQuery(() => ({ ...auditEvidenceQuery(), enabled: !denied("audit.read") }));
  const words = () => evidence.data && evidenceWords(evidence.data, thisMinute());
  return (
    <>
      <PageHead
        title="Audit log"
        status={<Show when={words()}>{(shown) => <WordsBadge words={shown()} />}</Show>}
        lead={words()?.problem ?? "Who did what, newest first. Entries can’t be changed."}
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
          <PagedTable
            query={query}
            caption="Audit log"
            columns={COLUMNS}
            what="entries"
            empty={<Empty icon="audit" title="No entries yet" />}
          />
        </Show>
      </Card>
    </>
  );
}

/** Somebody at the console, or a platform operator in the dashboard, is no member: the entry itself names them. */
function actorOf({ actor, detail }: AuditEntry): string {
  const { by } = detail as { by?: unknown };
  if (by === "link") return "The recipient";
  return actor ?? (typeof by === "string" ? `${by} (platform)` : "The system");
}

const COLUMNS = [
  {
    head: "Action",
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
        <Under class="sm:hidden">{actorOf(row)}</Under>
      </>
    ),
  },
  {
    head: "Who",
    from: "sm" as const,
    class: "whitespace-nowrap",
    cell: (row: AuditEntry) => <span class={row.actor ? "" : "text-muted"}>{actorOf(row)}</span>,
  },
  {
    head: "When",
    numeric: true,
    class: "whitespace-nowrap",
    cell: (row: AuditEntry) => <Moment at={row.at} precision="second" />,
  },
];
