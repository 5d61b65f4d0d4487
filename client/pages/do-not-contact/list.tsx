import { A, useSearchParams } from "@solidjs/router";
import { createEffect, createSignal, type JSX, on, onCleanup, Show } from "solid-js";
import { type DoNotContactRow, doNotContactQuery } from "../../data/do-not-contact.ts";
import { useInfiniteQuery } from "../../data/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { formatPhone } from "../../ui/format.ts";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { isoOr } from "../../ui/local-time.ts";
import { Moment } from "../../ui/moment.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { sourceWords } from "../../ui/reasons.ts";
import { LoadMore, Table, Under } from "../../ui/table.tsx";
import { AddToListDialog, RemoveFromListDialog } from "./dialogs.tsx";

const TYPING_PAUSE_MS = 250;

export default function DoNotContactPage(): JSX.Element {
  const [search, setSearch] = useSearchParams<{ search?: string; since?: string }>();
  const [text, setText] = createSignal(search.search ?? "");
  const [adding, setAdding] = createSignal(false);
  const [removing, setRemoving] = createSignal<string | null>(null);
  const denied = useDenied();
  const query = useInfiniteQuery(() =>
    doNotContactQuery({ search: search.search, since: isoOr(search.since) }),
  );
  createEffect(
    on(
      text,
      (value) => {
        const timer = setTimeout(
          () => setSearch({ search: value.trim() || null }, { replace: true }),
          TYPING_PAUSE_MS,
        );
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );
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
      head: "From",
      from: "sm" as const,
      cell: (row: DoNotContactRow) => (
        <span class="block first-letter:uppercase">{sourceWords(row.source)}</span>
      ),
    },
    {
      head: "Why",
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
      head: "Change",
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
        lead="Numbers that no campaign texts. A STOP reply adds its number at once, and no import takes one off."
        actions={
          <Button
            look="primary"
            icon="plus"
            denied={denied("doNotContact.add")}
            onClick={() => setAdding(true)}
          >
            Add number
          </Button>
        }
      />
      <TextField
        label="Search"
        type="search"
        inputmode="tel"
        placeholder="Beginning of a number, such as +6149"
        fieldClass="mb-4 max-w-sm"
        value={text()}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Show when={isoOr(search.since)}>
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
        <Loaded query={query}>
          {(data) => {
            const rows = () => data().pages.flatMap((page) => page.items);
            return (
              <Show
                when={rows().length > 0}
                fallback={
                  <Empty
                    icon="block"
                    title={
                      search.search
                        ? "No number begins like this"
                        : search.since
                          ? "Nobody was added since then"
                          : "Nobody is on the list"
                    }
                  >
                    <Show when={!search.search}>Whoever answers STOP appears here by itself.</Show>
                  </Empty>
                }
              >
                <Table caption="Do-not-contact list" rows={rows()} columns={columns()} />
                <LoadMore query={query} shown={rows().length} what="numbers" />
              </Show>
            );
          }}
        </Loaded>
      </Card>
      <AddToListDialog open={adding()} onClose={() => setAdding(false)} />
      <RemoveFromListDialog
        open={removing() !== null}
        onClose={() => setRemoving(null)}
        phone={removing() ?? ""}
      />
    </>
  );
}
