import { useNavigate } from "@solidjs/router";
import { createEffect, createSignal, For, type JSX, on, Show } from "solid-js";
import {
  type ContactFilter,
  type ContactRow,
  contactsQuery,
  contactTotalQuery,
  tagsQuery,
} from "../../data/contacts/contacts.ts";
import { fieldsQuery } from "../../data/contacts/fields.ts";
import { useInfiniteQuery, useQuery } from "../../data/transport/use-query.ts";
import { ListExport } from "../../shell/export-button.tsx";
import { useDenied } from "../../shell/session-context.tsx";
import { Button, LinkButton } from "../../ui/controls/button.tsx";
import { Select, TextField } from "../../ui/controls/field.tsx";
import { createTypingPause } from "../../ui/controls/typing-pause.ts";
import { Empty } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { usePageFilters } from "../../ui/page-filters.ts";
import { PagedTable } from "../../ui/paged-table.tsx";
import { Badge } from "../../ui/status.tsx";
import { type Ticks, Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { FIELD_VALUE_HINTS } from "../../ui/words/field-words.ts";
import { countOf, countryName, formatCount, formatPhone, nameOf } from "../../ui/words/format.ts";
import { lookUp } from "../../ui/words/look-up.ts";
import { AddContactDialog } from "./add-contact.tsx";
import { RunningActions, SelectionBar } from "./bulk/selection-bar.tsx";

type Search = { search?: string; tag?: string; optedOut?: string; field?: string; value?: string };
const OPTED_OUT = { yes: true, no: false };

export default function ContactsPage(): JSX.Element {
  const [search, setSearch] = usePageFilters<Search>();
  const denied = useDenied();
  const navigate = useNavigate();
  const [adding, setAdding] = createSignal(false);
  const filter = (): ContactFilter => ({
    search: search().search,
    tag: search().tag,
    optedOut: lookUp(OPTED_OUT, search().optedOut ?? ""),
    field:
      search().field && search().value
        ? { name: search().field as string, value: search().value as string }
        : undefined,
  });
  const total = useQuery(() => contactTotalQuery(filter()));
  const totalWords = () => {
    const contacts = total.isSuccess ? total.data.contacts : null;
    return contacts === null ? undefined : countOf(contacts, "contact");
  };
  const query = useInfiniteQuery(() => contactsQuery(filter()));
  const [ticked, setTicked] = createSignal<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = createSignal(false);
  const clear = () => {
    setTicked(new Set<string>());
    setAll(false);
  };
  // Rows of other filters are not shown, and must not be changed unseen.
  createEffect(on(() => JSON.stringify(filter()), clear, { defer: true }));
  const ticks: Ticks<ContactRow> = {
    isTicked: (row) => isAll() || ticked().has(row.id),
    onTick: (rows, isTicked) => {
      const next = new Set(isAll() ? [] : ticked());
      for (const { id } of rows)
        if (isTicked) next.add(id);
        else next.delete(id);
      setAll(false);
      setTicked(next);
    },
    label: (row) => `Select ${nameOf(row)}`,
  };
  const filtered = () => Object.values(filter()).some((value) => value !== undefined);
  return (
    <>
      <PageHead
        title="Contacts"
        lead={<span role="status">{totalWords() ?? "\u00a0"}</span>}
        actions={
          <>
            <ListExport list="contacts" filter={filter()} />
            <LinkButton href="/contacts/bulk">Bulk actions</LinkButton>
            <LinkButton href="/contacts/duplicates">Duplicates</LinkButton>
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
      <Filters search={search()} onChange={(change) => setSearch(change, { replace: true })} />
      <RunningActions />
      <Show when={isAll() || ticked().size > 0}>
        <SelectionBar
          ticked={[...ticked()]}
          isAll={isAll()}
          total={total.isSuccess ? total.data.contacts : null}
          filter={{ kind: "filter", ...filter() }}
          onAll={() => setAll(true)}
          onClear={clear}
        />
      </Show>
      <Card flush>
        <PagedTable
          query={query}
          ticks={denied("contacts.write") ? undefined : ticks}
          caption="Contacts"
          columns={COLUMNS}
          href={(row) => `/contacts/${row.id}`}
          what="contacts"
          empty={<NoContacts filtered={filtered()} />}
        />
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
    class: "min-w-36 wrap-anywhere",
    cell: (row: ContactRow) => (
      <>
        <bdi>{nameOf(row)}</bdi>
        <Under class="whitespace-nowrap">{formatPhone(row.phone)}</Under>
      </>
    ),
  },
  { head: "Status", cell: (row: ContactRow) => <ContactState contact={row} /> },
  {
    head: "Location",
    from: "md" as const,
    cell: (row: ContactRow) => (
      <>
        {countryName(row.country)}
        <Under>{row.timezone ?? "Unknown time zone"}</Under>
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

/** A badge that says whether this contact can be texted. */
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
            Can’t receive texts
          </Badge>
        }
      >
        <Show
          when={props.contact.consentBasis !== "unknown" && props.contact.consentBasis !== "withdrawn"}
          fallback={<Badge tone="warn">No consent</Badge>}
        >
          <Badge tone="ok">Can be texted</Badge>
        </Show>
      </Show>
    </Show>
  );
}

function Filters(props: {
  search: Search;
  onChange: (change: Record<string, string | null>) => void;
}): JSX.Element {
  const tags = useQuery(tagsQuery);
  const known = useQuery(fieldsQuery);
  const fields = () => (known.isSuccess ? known.data : []);
  const denied = useDenied();
  const [text, setText] = createSignal(props.search.search ?? "");
  createTypingPause(text, (value) => props.onChange({ search: value.trim() || null }));
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
          placeholder={denied("phoneNumbers.read") ? "Name or whole number" : "Name or number"}
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
        <Show when={!denied("phoneNumbers.read") && fields().length > 0}>
          <Select
            label="Custom field"
            value={props.search.field ?? ""}
            onChange={(event) => props.onChange({ field: event.currentTarget.value || null, value: null })}
          >
            <option value="">Any</option>
            <For each={fields()}>
              {(field) => (
                <option value={field.name} selected={field.name === props.search.field}>
                  {field.label}
                </option>
              )}
            </For>
          </Select>
          <Show when={fields().find(({ name }) => name === props.search.field)}>
            {(field) => (
              <TextField
                label={`${field().label} is`}
                hint={FIELD_VALUE_HINTS[field().type]}
                value={props.search.value ?? ""}
                onChange={(event) => props.onChange({ value: event.currentTarget.value.trim() || null })}
              />
            )}
          </Show>
        </Show>
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
        <Empty icon="search" title="No contacts match these filters">
          Search finds names and numbers that begin with your text or, if there are none, contain it.
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
        Import a CSV or Excel file, or add one contact by hand. Numbers can be in any format.
      </Empty>
    </Show>
  );
}
