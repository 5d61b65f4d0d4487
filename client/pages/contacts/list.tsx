import { useNavigate, useSearchParams } from "@solidjs/router";
import { createEffect, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import { type ContactFilter, type ContactRow, contactsQuery, tagsQuery } from "../../data/contacts.ts";
import { useInfiniteQuery, useQuery } from "../../data/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button, LinkButton } from "../../ui/button.tsx";
import { Select, TextField } from "../../ui/field.tsx";
import { countryName, formatCount, formatPhone, nameOf } from "../../ui/format.ts";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import { LoadMore, Table, Under } from "../../ui/table.tsx";
import { AddContactDialog } from "./add-contact.tsx";

type Search = { search?: string; tag?: string; optedOut?: string };
const OPTED_OUT: Record<string, boolean> = { yes: true, no: false };

export default function ContactsPage(): JSX.Element {
  const [search, setSearch] = useSearchParams<Search>();
  const denied = useDenied();
  const navigate = useNavigate();
  const [adding, setAdding] = createSignal(false);
  const filter = (): ContactFilter => ({
    search: search.search,
    tag: search.tag,
    optedOut: search.optedOut ? OPTED_OUT[search.optedOut] : undefined,
  });
  const query = useInfiniteQuery(() => contactsQuery(filter()));
  const filtered = () => Object.values(filter()).some((value) => value !== undefined);
  return (
    <>
      <PageHead
        title="Contacts"
        actions={
          <>
            <Button icon="plus" denied={denied("contacts.write")} onClick={() => setAdding(true)}>
              Add contact
            </Button>
            <LinkButton
              href="/contacts/import?new=1"
              denied={denied("imports.run")}
              icon="upload"
              look="primary"
            >
              Import
            </LinkButton>
          </>
        }
      />
      <Filters search={search} onChange={(change) => setSearch(change, { replace: true })} />
      <Card flush>
        <Loaded query={query}>
          {(data) => {
            const rows = () => data().pages.flatMap((page) => page.items);
            return (
              <Show when={rows().length > 0} fallback={<NoContacts filtered={filtered()} />}>
                <Table
                  caption="Contacts"
                  rows={rows()}
                  columns={COLUMNS}
                  href={(row) => `/contacts/${row.id}`}
                />
                <LoadMore query={query} shown={rows().length} what="contacts" />
              </Show>
            );
          }}
        </Loaded>
      </Card>
      <AddContactDialog
        open={adding()}
        onClose={() => setAdding(false)}
        onAdded={(id) => navigate(`/contacts/${id}`)}
      />
    </>
  );
}

const COLUMNS = [
  {
    head: "Name",
    cell: (row: ContactRow) => (
      <>
        {nameOf(row)}
        <Under>{formatPhone(row.phone)}</Under>
      </>
    ),
  },
  { head: "State", cell: (row: ContactRow) => <ContactState contact={row} /> },
  {
    head: "Where",
    from: "md" as const,
    cell: (row: ContactRow) => (
      <>
        {countryName(row.country)}
        <Under>{row.timezone ?? "Zone unknown"}</Under>
      </>
    ),
  },
  {
    head: "Tags",
    from: "lg" as const,
    class: "max-w-xs",
    cell: (row: ContactRow) => (
      <span class="flex flex-wrap gap-1">
        <For each={row.tags.slice(0, 4)}>{(tag) => <Badge>{tag}</Badge>}</For>
        <Show when={row.tags.length > 4}>
          <span class="text-xs text-muted">+{row.tags.length - 4}</span>
        </Show>
      </span>
    ),
  },
  {
    head: "Added",
    from: "sm" as const,
    numeric: true,
    cell: (row: ContactRow) => <Moment at={row.createdAt} precision="day" />,
  },
];

/** Whether this person may be texted at all, in one word. */
export function ContactState(props: {
  contact: Pick<ContactRow, "optedOut" | "invalidReason" | "consentBasis">;
}): JSX.Element {
  return (
    <Show
      when={!props.contact.optedOut}
      fallback={
        <Badge tone="danger" title="On the do-not-contact list">
          Opted out
        </Badge>
      }
    >
      <Show
        when={!props.contact.invalidReason}
        fallback={
          <Badge tone="warn" title={props.contact.invalidReason ?? ""}>
            Number does not work
          </Badge>
        }
      >
        <Show
          when={props.contact.consentBasis !== "unknown" && props.contact.consentBasis !== "withdrawn"}
          fallback={<Badge tone="warn">No consent</Badge>}
        >
          <Badge tone="ok">May be texted</Badge>
        </Show>
      </Show>
    </Show>
  );
}

const TYPING_PAUSE_MS = 250;

function Filters(props: {
  search: Search;
  onChange: (change: Record<string, string | null>) => void;
}): JSX.Element {
  const tags = useQuery(tagsQuery);
  const [text, setText] = createSignal(props.search.search ?? "");
  createEffect(
    on(
      text,
      (value) => {
        const timer = setTimeout(() => props.onChange({ search: value.trim() || null }), TYPING_PAUSE_MS);
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );
  const list = () => (tags.isSuccess ? tags.data : []);
  const listed = () => !props.search.tag || list().some((entry) => entry.tag === props.search.tag);
  return (
    <search class="block">
      <form
        class="mb-4 grid grid-cols-2 items-end gap-3 sm:grid-cols-[2fr_1fr_1fr]"
        onSubmit={(event) => event.preventDefault()}
      >
        <TextField
          label="Search"
          type="search"
          fieldClass="col-span-2 sm:col-span-1"
          placeholder="Beginning of a name or number"
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Select
          label="Tag"
          value={props.search.tag ?? ""}
          onChange={(event) => props.onChange({ tag: event.currentTarget.value || null })}
        >
          <option value="">All</option>
          <Show when={!listed()}>
            <option value={props.search.tag} selected>
              {props.search.tag}
            </option>
          </Show>
          <For each={list()}>
            {(entry) => (
              <option value={entry.tag} selected={entry.tag === props.search.tag}>
                {entry.tag} ({formatCount(entry.contacts)})
              </option>
            )}
          </For>
        </Select>
        <Select
          label="Opted out"
          value={props.search.optedOut ?? ""}
          onChange={(event) => props.onChange({ optedOut: event.currentTarget.value || null })}
        >
          <option value="">All</option>
          <option value="yes">Opted out</option>
          <option value="no">Not opted out</option>
        </Select>
      </form>
    </search>
  );
}

function NoContacts(props: { filtered: boolean }): JSX.Element {
  const denied = useDenied();
  return (
    <Show
      when={!props.filtered}
      fallback={
        <Empty icon="search" title="Nobody fits these filters">
          Search finds the beginning of a first name, a last name or a number.
        </Empty>
      }
    >
      <Empty
        icon="people"
        title="No contacts yet"
        action={
          <LinkButton
            href="/contacts/import?new=1"
            denied={denied("imports.run")}
            icon="upload"
            look="primary"
          >
            Import a file
          </LinkButton>
        }
      >
        Import a CSV file in any spelling of numbers, or add one person by hand.
      </Empty>
    </Show>
  );
}
