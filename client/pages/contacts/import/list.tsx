import { useNavigate, useSearchParams } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { type ImportRow, importsQuery } from "../../../data/imports.ts";
import { useInfiniteQuery } from "../../../data/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/button.tsx";
import { formatBytes, formatCount } from "../../../ui/format.ts";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { Moment } from "../../../ui/moment.tsx";
import { Card, PageHead } from "../../../ui/page.tsx";
import { ImportStatus } from "../../../ui/status.tsx";
import { LoadMore, Table, Under } from "../../../ui/table.tsx";
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
        lead="Files of contacts. Numbers on the do-not-contact list stay on it, whatever a file says."
        actions={
          <Button look="primary" icon="upload" denied={denied("imports.run")} onClick={upload}>
            Upload a file
          </Button>
        }
      />
      <Card flush>
        <Loaded query={query}>
          {(data) => {
            const rows = () => data().pages.flatMap((page) => page.items);
            return (
              <Show
                when={rows().length > 0}
                fallback={
                  <Empty
                    icon="upload"
                    title="No imports yet"
                    action={
                      <Button icon="upload" denied={denied("imports.run")} onClick={upload}>
                        Upload a file
                      </Button>
                    }
                  >
                    Upload a CSV file with one contact per line and a first line of headings. You see what it
                    would do before anything is changed.
                  </Empty>
                }
              >
                <Table
                  caption="Imports"
                  rows={rows()}
                  columns={COLUMNS}
                  href={(row) => `/contacts/import/${row.id}`}
                />
                <LoadMore query={query} shown={rows().length} what="imports" />
              </Show>
            );
          }}
        </Loaded>
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
        <Under>{formatBytes(row.sizeBytes)}</Under>
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
