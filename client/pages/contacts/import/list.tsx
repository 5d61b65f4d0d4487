import { useNavigate, useSearchParams } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { type ImportRow, importsQuery } from "../../../data/imports.ts";
import { useInfiniteQuery } from "../../../data/transport/use-query.ts";
import { ListExport } from "../../../shell/export-button.tsx";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Empty } from "../../../ui/loaded.tsx";
import { Card, PageHead } from "../../../ui/page.tsx";
import { PagedTable } from "../../../ui/paged-table.tsx";
import { ImportStatus } from "../../../ui/status.tsx";
import { Under } from "../../../ui/table.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { formatBytes, formatCount } from "../../../ui/words/format.ts";
import { UploadDialog } from "./upload-dialog.tsx";

export default function ImportsPage(): JSX.Element {
  const [search, setSearch] = useSearchParams<{ new?: string }>();
  const navigate = useNavigate();
  const denied = useDenied();
  const query = useInfiniteQuery(importsQuery);
  const upload = () => setSearch({ new: "1" });
  return (
    <>
      <PageHead
        title="Imports"
        lead="Files of contacts and opt-outs. An import never removes a number from the do-not-contact list."
        actions={
          <>
            <ListExport list="imports" />
            <Button look="primary" icon="upload" denied={denied("imports.run")} onClick={upload}>
              Upload a file
            </Button>
          </>
        }
      />
      <Card flush>
        <PagedTable
          query={query}
          caption="Imports"
          columns={COLUMNS}
          href={(row) => `/contacts/import/${row.id}`}
          what="imports"
          empty={
            <Empty
              icon="upload"
              title="No imports yet"
              action={
                <Button icon="upload" denied={denied("imports.run")} onClick={upload}>
                  Upload a file
                </Button>
              }
            >
              Upload a CSV or Excel file with one contact per line and a first line of headings. You see a
              preview before anything changes.
            </Empty>
          }
        />
      </Card>
      <UploadDialog
        open={search.new !== undefined && !denied("imports.run")}
        onClose={() => setSearch({ new: null }, { replace: true })}
        onUploaded={(id) => navigate(`/contacts/import/${id}`, { replace: true })}
      />
    </>
  );
}

const COLUMNS = [
  {
    head: "File",
    cell: (row: ImportRow) => (
      <>
        <span class="wrap-anywhere">{row.fileName}</span>
        <Under>
          {formatBytes(row.sizeBytes)}
          <Show when={row.kind === "opt-outs"}> · opt-outs</Show>
          <Show when={row.undoStatus === "completed"}> · undone</Show>
        </Under>
      </>
    ),
  },
  { head: "Status", cell: (row: ImportRow) => <ImportStatus status={row.status} /> },
  { head: "Created", from: "md" as const, numeric: true, cell: (row: ImportRow) => formatCount(row.created) },
  { head: "Updated", from: "md" as const, numeric: true, cell: (row: ImportRow) => formatCount(row.updated) },
  {
    head: "Unchanged",
    from: "lg" as const,
    numeric: true,
    cell: (row: ImportRow) => formatCount(row.unchanged),
  },
  {
    head: "Rejected",
    from: "md" as const,
    numeric: true,
    cell: (row: ImportRow) => formatCount(row.rejected),
  },
  {
    head: "Uploaded",
    from: "sm" as const,
    numeric: true,
    cell: (row: ImportRow) => <Moment at={row.createdAt} />,
  },
];
