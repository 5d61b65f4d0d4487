import { type JSX, Show } from "solid-js";
import { type BulkAction, bulkActionsQuery } from "../../../data/contacts/bulk.ts";
import { useInfiniteQuery } from "../../../data/transport/use-query.ts";
import { LinkButton } from "../../../ui/controls/button.tsx";
import { Empty } from "../../../ui/loaded.tsx";
import { Card, PageHead } from "../../../ui/page.tsx";
import { PagedTable } from "../../../ui/paged-table.tsx";
import { Badge } from "../../../ui/status.tsx";
import { Under } from "../../../ui/table.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { formatCount } from "../../../ui/words/format.ts";
import { bulkStatusWords } from "./status-words.ts";
import { targetWords } from "./target-words.ts";

export default function BulkActionsPage(): JSX.Element {
  const query = useInfiniteQuery(bulkActionsQuery);
  return (
    <>
      <PageHead
        title="Bulk actions"
        back={{ href: "/contacts", label: "Contacts" }}
        lead="Changes of many contacts at once. Each can be undone for 30 days."
      />
      <Card flush>
        <PagedTable
          query={query}
          caption="Bulk actions"
          columns={COLUMNS}
          href={(row) => `/contacts/bulk/${row.id}`}
          what="actions"
          empty={
            <Empty
              icon="people"
              title="No bulk actions yet"
              action={<LinkButton href="/contacts">Contacts</LinkButton>}
            >
              Select contacts in the list to tag them, set a field, put them on do not contact or delete them.
              You see what will change before it does.
            </Empty>
          }
        />
      </Card>
    </>
  );
}

const COLUMNS = [
  {
    head: "Action",
    class: "wrap-anywhere",
    cell: (row: BulkAction) => (
      <>
        {row.what}
        <Under>{targetWords(row.target)}</Under>
      </>
    ),
  },
  { head: "Status", cell: (row: BulkAction) => <BulkStatus action={row} /> },
  { head: "Changed", numeric: true, cell: (row: BulkAction) => formatCount(row.changed) },
  {
    head: "By",
    from: "sm" as const,
    cell: (row: BulkAction) => (
      <>
        {row.requestedBy ?? "A former member"}
        <Under>
          <Moment at={row.requestedAt} />
        </Under>
      </>
    ),
  },
];

/** A badge that says how far an action or its undo is. */
export function BulkStatus(props: { action: BulkAction }): JSX.Element {
  const words = () => bulkStatusWords(props.action);
  return (
    <Show when={words()} keyed>
      {({ label, tone }) => <Badge tone={tone}>{label}</Badge>}
    </Show>
  );
}
