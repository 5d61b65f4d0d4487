import { createSignal, type JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { type OrganisationRow, organisationsQuery, useCreateOrganisation } from "../../data/platform.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useInfiniteQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { createTypingPause } from "../../ui/controls/typing-pause.ts";
import { Empty } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { usePageFilters } from "../../ui/page-filters.ts";
import { PagedTable } from "../../ui/paged-table.tsx";
import { WordsBadge } from "../../ui/status.tsx";
import { Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { ZoneField } from "../../ui/time/zone-field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { countOf, countryName } from "../../ui/words/format.ts";
import { type InvitationLink, LinkDialog } from "../settings/link-dialog.tsx";
import { stateWords } from "./state-words.ts";

const COLUMNS = [
  {
    head: "Organisation",
    cell: (row: OrganisationRow) => (
      <>
        <bdi class="font-medium wrap-anywhere">{row.name}</bdi>
        <Under>
          {countryName(row.country)} · {countOf(row.members, "member")}
        </Under>
      </>
    ),
  },
  { head: "State", cell: (row: OrganisationRow) => <WordsBadge words={stateWords(row)} /> },
  {
    head: "Reason",
    from: "md" as const,
    class: "max-w-md wrap-anywhere",
    cell: (row: OrganisationRow) =>
      row.closedReason ?? row.suspendedReason ?? <span class="text-muted">–</span>,
  },
  {
    head: "Since",
    from: "sm" as const,
    numeric: true,
    cell: (row: OrganisationRow) => <Moment at={row.createdAt} precision="day" />,
  },
];

/** All organisations of the platform, for its operators. */
export default function OrganisationsPage(): JSX.Element {
  const denied = useDenied();
  const [filters, setFilters] = usePageFilters<{ search?: string }>();
  const [text, setText] = createSignal(filters().search ?? "");
  const [creating, setCreating] = createSignal(false);
  const [link, setLink] = createSignal<InvitationLink | null>(null);
  const query = useInfiniteQuery(() => organisationsQuery(filters().search));
  createTypingPause(text, (value) => setFilters({ search: value.trim() || null }, { replace: true }));
  return (
    <>
      <PageHead
        title="Organisations"
        lead="Who uses this installation, what each may do at most, and how it does. Contacts and texts are not shown here."
        actions={
          <Button
            look="primary"
            icon="plus"
            denied={denied("platform.manage")}
            onClick={() => setCreating(true)}
          >
            New organisation
          </Button>
        }
      />
      <TextField
        label="Search"
        type="search"
        placeholder="Name contains…"
        fieldClass="mb-4 max-w-sm"
        value={text()}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Card flush>
        <PagedTable
          query={query}
          caption="Organisations"
          columns={COLUMNS}
          what="organisations"
          href={(row) => `/platform/${row.id}`}
          empty={
            <Empty
              icon="people"
              title={filters().search ? "No organisation has this in its name" : "No organisations yet"}
            />
          }
        />
      </Card>
      <CreateDialog open={creating()} onClose={() => setCreating(false)} onCreated={setLink} />
      <LinkDialog link={link()} onClose={() => setLink(null)} />
    </>
  );
}

function CreateDialog(props: {
  open: boolean;
  onClose: () => void;
  onCreated: (link: InvitationLink) => void;
}): JSX.Element {
  const create = useCreateOrganisation();
  const EMPTY = { name: "", country: "", timezone: "", owner: "" };
  const [form, setForm] = createStore({ ...EMPTY });
  const field = (key: "name" | "country" | "owner") => ({
    value: form[key],
    onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) =>
      setForm(key, event.currentTarget.value),
  });
  const save = () =>
    create.mutate(
      { ...form, country: form.country.trim().toUpperCase() },
      {
        onSuccess: (made) => {
          setForm({ ...EMPTY });
          props.onClose();
          if (made.url) props.onCreated(made);
          else notifyDone(`Invitation sent to ${made.email}.`);
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="New organisation"
      description="Its budgets start at 0. Nothing is sent until its owner sets them."
      action="Create"
      pending={create.isPending}
      error={create.isError ? sentenceOf(create.error) : undefined}
      onConfirm={save}
    >
      <TextField label="Name" autocomplete="off" {...field("name")} />
      <TextField label="Country" hint="Two letters, such as AU" maxLength={2} {...field("country")} />
      <ZoneField label="Time zone" value={form.timezone} onInput={(zone) => setForm("timezone", zone)} />
      <TextField label="Owner’s email" type="email" autocomplete="off" {...field("owner")} />
    </Confirm>
  );
}
