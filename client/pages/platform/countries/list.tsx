import { createSignal, type JSX, Show } from "solid-js";
import { type CountryRow, countriesQuery } from "../../../data/rules/law.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Select, TextField } from "../../../ui/controls/field.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { Card, PageHead } from "../../../ui/page.tsx";
import { usePageFilters } from "../../../ui/page-filters.ts";
import { Badge } from "../../../ui/status.tsx";
import { Table, Under } from "../../../ui/table.tsx";
import { countOf } from "../../../ui/words/format.ts";
import { ExportButton } from "./export-button.tsx";
import { ImportDialog } from "./import-dialog.tsx";
import { PART_WORDS } from "./part-words.ts";

const ownWords = ({ ownParts }: CountryRow) => ownParts.map((part) => PART_WORDS[part].label).join(", ");

const COLUMNS = [
  {
    head: "Country",
    cell: (row: CountryRow) => (
      <>
        {row.name}
        <Under>
          {row.country}
          <Show when={ownWords(row)}>{(words) => ` · set here: ${words()}`}</Show>
        </Under>
      </>
    ),
  },
  {
    head: "Price",
    from: "sm" as const,
    cell: (row: CountryRow) => (
      <Show when={row.priced} fallback={<Badge tone="warn">Needed before use</Badge>}>
        <Badge tone="ok">Known</Badge>
      </Show>
    ),
  },
  {
    head: "Missing",
    numeric: true,
    cell: (row: CountryRow) =>
      row.missing === 0 ? <span class="text-muted">–</span> : countOf(row.missing, "thing"),
  },
];

/** The rules of every country, for the platform's operators. */
export default function CountriesPage(): JSX.Element {
  const denied = useDenied();
  const query = useQuery(countriesQuery);
  const [filters, setFilters] = usePageFilters<{ search?: string; show?: string }>();
  const [importing, setImporting] = createSignal(false);
  const isShown = (row: CountryRow) => {
    const search = (filters().search ?? "").trim().toLowerCase();
    const named = row.name.toLowerCase().includes(search) || row.country.toLowerCase() === search;
    const show = filters().show ?? "";
    const kept = show === "own" ? row.ownParts.length > 0 : show !== "unpriced" || !row.priced;
    return named && kept;
  };
  return (
    <>
      <PageHead
        title="Countries"
        lead="Prices, hours, consent and other rules by country, for every organisation. What you set takes the place of the shipped rule at the next message."
        actions={
          <>
            <ExportButton country={null} />
            <Button denied={denied("platform.manage")} onClick={() => setImporting(true)}>
              Import
            </Button>
          </>
        }
      />
      <div class="mb-4 grid max-w-xl gap-4 sm:grid-cols-2">
        <TextField
          label="Search"
          type="search"
          placeholder="Name or code"
          value={filters().search ?? ""}
          onInput={(event) => setFilters({ search: event.currentTarget.value || null }, { replace: true })}
        />
        <Select
          label="Show"
          value={filters().show ?? ""}
          onChange={(event) => setFilters({ show: event.currentTarget.value || null })}
        >
          <option value="">All countries</option>
          <option value="own">With rules of your own</option>
          <option value="unpriced">Without a price</option>
        </Select>
      </div>
      <Card flush>
        <Loaded query={query}>
          {(rows) => (
            <Show
              when={rows().filter(isShown).length > 0}
              fallback={<Empty icon="search" title="No country is like this" />}
            >
              <Table
                caption="Countries"
                rows={rows().filter(isShown)}
                columns={COLUMNS}
                href={(row) => `/platform/countries/${row.country}`}
              />
            </Show>
          )}
        </Loaded>
      </Card>
      <ImportDialog open={importing()} onClose={() => setImporting(false)} />
    </>
  );
}
