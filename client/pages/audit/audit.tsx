import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import {
  type AuditEntry,
  type AuditFilter,
  auditEvidenceQuery,
  auditQuery,
  startAudit,
} from "../../data/audit.ts";
import { useInfiniteQuery, useQuery } from "../../data/transport/use-query.ts";
import { ExportButton } from "../../shell/export-button.tsx";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { filteredAddress } from "../../ui/filtered-address.ts";
import { Empty } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { usePageFilters } from "../../ui/page-filters.ts";
import { PagedTable } from "../../ui/paged-table.tsx";
import { WordsBadge } from "../../ui/status.tsx";
import { Under } from "../../ui/table.tsx";
import { thisMinute } from "../../ui/time/clock.ts";
import { isoOr } from "../../ui/time/local-time.ts";
import { Moment } from "../../ui/time/moment.tsx";
import { actionWords, evidenceWords, objectHref } from "./audit-words.ts";
import { detailWords } from "./detail-words.ts";
import { AuditFilters, type AuditSearch } from "./filters.tsx";

const NO_SEARCH: Record<keyof AuditSearch, null> = {
  ...{ actor: null, noun: null, kind: null, object: null, since: null, until: null },
};

export default function AuditPage(): JSX.Element {
  const denied = useDenied();
  const [search, setSearch] = usePageFilters<AuditSearch>();
  const evidence = useQuery(() => ({ ...auditEvidenceQuery(), enabled: !denied("audit.read") }));
  const words = () => evidence.data && evidenceWords(evidence.data, thisMinute());
  const filter = (): AuditFilter => filterOf(search());
  return (
    <>
      <PageHead
        title="Audit log"
        status={<Show when={words()}>{(shown) => <WordsBadge words={shown()} />}</Show>}
        lead={words()?.problem ?? "Who did what, newest first. Entries can’t be changed."}
        actions={<ExportButton action="audit.read" start={(format) => startAudit(filter(), format)} />}
      />
      <Show
        when={!denied("audit.read")}
        fallback={
          <Card flush>
            <Empty icon="audit" title="Not for your role">
              {denied("audit.read")}.
            </Empty>
          </Card>
        }
      >
        <Entries search={search()} filter={filter()} onChange={setSearch} />
      </Show>
    </>
  );
}

function filterOf({ actor, noun, kind, object, since, until }: AuditSearch): AuditFilter {
  return {
    ...{ actor, noun, since: isoOr(since), until: isoOr(until) },
    object: kind && object ? { kind, id: object } : undefined,
  };
}

function Entries(props: {
  search: AuditSearch;
  filter: AuditFilter;
  onChange: (change: Record<string, string | null>) => void;
}): JSX.Element {
  const query = useInfiniteQuery(() => auditQuery(props.filter));
  const isFiltered = () => Object.values(props.filter).some((value) => value !== undefined);
  const clear = () => props.onChange(NO_SEARCH);
  return (
    <>
      <AuditFilters
        search={props.search}
        onChange={props.onChange}
        onClear={isFiltered() ? clear : undefined}
      />
      <Card flush>
        <PagedTable
          query={query}
          caption="Audit log"
          columns={COLUMNS}
          what="entries"
          empty={
            <Show when={isFiltered()} fallback={<Empty icon="audit" title="No entries yet" />}>
              <Empty
                icon="search"
                title="No entries match these filters"
                action={<Button onClick={clear}>Clear filters</Button>}
              />
            </Show>
          }
        />
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

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Leads to everything that was done with the same object. */
const sameObject = ({ objectKind, objectId }: AuditEntry) =>
  objectId && UUID.test(objectId)
    ? filteredAddress("/audit", { kind: objectKind, object: objectId })
    : undefined;

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
        <Show when={row.objectName}>
          {(name) => (
            <Under class="wrap-anywhere text-ink">
              <bdi>{name()}</bdi>
            </Under>
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
    head: "History",
    from: "lg" as const,
    class: "whitespace-nowrap",
    cell: (row: AuditEntry) => (
      <Show when={sameObject(row)}>
        {(href) => (
          <A
            href={href()}
            class="text-accent hover:underline"
            aria-label={`All of this ${row.objectKind.replaceAll("-", " ")}`}
          >
            All of this {row.objectKind.replaceAll("-", " ")}
          </A>
        )}
      </Show>
    ),
  },
  {
    head: "When",
    numeric: true,
    class: "whitespace-nowrap",
    cell: (row: AuditEntry) => <Moment at={row.at} precision="second" />,
  },
];
