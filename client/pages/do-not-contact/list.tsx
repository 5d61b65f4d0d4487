import { sourceWords } from "@smscrm/core/explain/consent-words";
import { A, useNavigate } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { type DoNotContactRow, doNotContactQuery } from "../../data/contacts/do-not-contact.ts";
import { useInfiniteQuery } from "../../data/transport/use-query.ts";
import { ListExport } from "../../shell/export-button.tsx";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { createTypingPause } from "../../ui/controls/typing-pause.ts";
import { Empty } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { usePageFilters } from "../../ui/page-filters.ts";
import { PagedTable } from "../../ui/paged-table.tsx";
import { Under } from "../../ui/table.tsx";
import { isoOr } from "../../ui/time/local-time.ts";
import { Moment } from "../../ui/time/moment.tsx";
import { formatPhone } from "../../ui/words/format.ts";
import { UploadDialog } from "../contacts/import/upload-dialog.tsx";
import { AddToListDialog, RemoveFromListDialog } from "./dialogs.tsx";
import { SuppressionCard } from "./suppression-card.tsx";

export default function DoNotContactPage(): JSX.Element {
  const [search, setSearch] = usePageFilters<{ search?: string; since?: string }>();
  const [text, setText] = createSignal(search().search ?? "");
  const [adding, setAdding] = createSignal(false);
  const [uploading, setUploading] = createSignal(false);
  const navigate = useNavigate();
  const [removing, setRemoving] = createSignal<string | null>(null);
  const denied = useDenied();
  const filter = () => ({ search: search().search, since: isoOr(search().since) });
  const query = useInfiniteQuery(() => doNotContactQuery(filter()));
  createTypingPause(text, (value) => setSearch({ search: value.trim() || null }, { replace: true }));
  const columns = () => [
    {
      head: "Number",
      class: "whitespace-nowrap",
      cell: (row: DoNotContactRow) => (
        <>
          <Show when={row.contactId} fallback={<span class="font-medium">{formatPhone(row.phone)}</span>}>
            <A href={`/contacts/${row.contactId}`} class="font-medium text-accent hover:underline">
              {formatPhone(row.phone)}
            </A>
          </Show>
          <Under class="first-letter:uppercase sm:hidden">
            {sourceWords(row.source)}, <Moment at={row.createdAt} />
          </Under>
        </>
      ),
    },
    {
      head: "Source",
      from: "sm" as const,
      cell: (row: DoNotContactRow) => (
        <span class="block first-letter:uppercase">{sourceWords(row.source)}</span>
      ),
    },
    {
      head: "Reason",
      from: "md" as const,
      class: "max-w-md wrap-anywhere",
      cell: (row: DoNotContactRow) => (
        <>
          {row.note ?? <span class="text-muted">–</span>}
          <Show when={row.createdBy}>
            <Under>by {row.createdBy}</Under>
          </Show>
        </>
      ),
    },
    {
      head: "Since",
      from: "sm" as const,
      numeric: true,
      cell: (row: DoNotContactRow) => <Moment at={row.createdAt} />,
    },
    {
      head: "Action",
      numeric: true,
      cell: (row: DoNotContactRow) => (
        <Button
          size="small"
          look="quiet"
          denied={denied("doNotContact.remove")}
          aria-label={`Remove ${formatPhone(row.phone)}`}
          onClick={() => setRemoving(row.phone)}
        >
          Remove
        </Button>
      ),
    },
  ];
  return (
    <>
      <PageHead
        title="Do not contact"
        lead="Campaigns never text these numbers. STOP replies are added automatically. An import never removes a number."
        actions={
          <>
            <ListExport list="do-not-contact" filter={filter()} />
            <Button
              icon="upload"
              denied={denied("doNotContact.add") ?? denied("imports.run")}
              onClick={() => setUploading(true)}
            >
              Import a list
            </Button>
            <Button
              look="primary"
              icon="plus"
              denied={denied("doNotContact.add")}
              onClick={() => setAdding(true)}
            >
              Add number
            </Button>
          </>
        }
      />
      <TextField
        label="Search"
        type="search"
        inputmode="tel"
        placeholder={denied("phoneNumbers.read") ? "Whole number" : "Number starts with…"}
        fieldClass="mb-4 max-w-sm"
        value={text()}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Show when={isoOr(search().since)}>
        {(since) => (
          <p class="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted">
            Added since <Moment at={since()} />
            <Button size="small" onClick={() => setSearch({ since: null })}>
              Show all
            </Button>
          </p>
        )}
      </Show>
      <Card flush>
        <PagedTable
          query={query}
          caption="Do-not-contact list"
          columns={columns()}
          what="numbers"
          empty={
            <Empty
              icon="block"
              title={
                search().search
                  ? "No number starts with this"
                  : search().since
                    ? "No numbers were added since then"
                    : "No numbers on the list"
              }
            >
              <Show when={!search().search}>STOP replies are added automatically.</Show>
            </Empty>
          }
        />
      </Card>
      <div class="mt-6">
        <SuppressionCard />
      </div>
      <UploadDialog
        kind="opt-outs"
        open={uploading()}
        onClose={() => setUploading(false)}
        onUploaded={(id) => navigate(`/contacts/import/${id}`)}
      />
      <AddToListDialog open={adding()} onClose={() => setAdding(false)} />
      <RemoveFromListDialog
        open={removing() !== null}
        onClose={() => setRemoving(null)}
        phone={removing() ?? ""}
      />
    </>
  );
}
