import { useSearchParams } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { type CampaignRow, campaignsQuery } from "../../data/campaigns.ts";
import { useInfiniteQuery } from "../../data/transport/use-query.ts";
import { ListExport } from "../../shell/export-button.tsx";
import { useDenied } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/controls/button.tsx";
import { Empty } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import { CampaignStatus } from "../../ui/status.tsx";
import { Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { countOf, formatCount } from "../../ui/words/format.ts";
import { campaignWords } from "../../ui/words/status-words.ts";

type Status = CampaignRow["status"];
const FILTERS = [undefined, "draft", "scheduled", "running", "paused", "completed", "canceled"] as const;

export default function CampaignsPage(): JSX.Element {
  const denied = useDenied();
  const [search] = useSearchParams<{ status?: string }>();
  const status = () => FILTERS.find((known) => known === search.status);
  const query = useInfiniteQuery(() => campaignsQuery({ status: status() as Status | undefined }));
  return (
    <>
      <PageHead
        title="Campaigns"
        actions={
          <>
            <ListExport list="campaigns" filter={{ status: status() }} />
            <LinkButton href="/campaigns/approvals" icon="check">
              Approvals
            </LinkButton>
            <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="plus" look="primary">
              New campaign
            </LinkButton>
          </>
        }
      />
      <StatusTabs status={status()} />
      <Card flush>
        <PagedTable
          query={query}
          caption="Campaigns"
          columns={COLUMNS}
          href={(row) => `/campaigns/${row.id}`}
          what="campaigns"
          empty={<NoCampaigns status={status()} />}
        />
      </Card>
    </>
  );
}

const COLUMNS = [
  {
    head: "Name",
    cell: (row: CampaignRow) => (
      <>
        <span class="wrap-anywhere">{row.name}</span>
        {row.repeats && <span class="block text-[0.8125rem] text-muted">Repeats automatically</span>}
        <Under class="sm:hidden">
          {campaignWords(row.status).label} · {countOf(row.audienceCount, "contact")}
        </Under>
      </>
    ),
  },
  { head: "Status", from: "sm" as const, cell: (row: CampaignRow) => <CampaignStatus status={row.status} /> },
  {
    head: "Contacts",
    from: "sm" as const,
    numeric: true,
    cell: (row: CampaignRow) => figure(row, row.audienceCount),
  },
  {
    head: "Delivered",
    from: "md" as const,
    numeric: true,
    cell: (row: CampaignRow) => figure(row, row.delivered),
  },
  {
    head: "Not sent or failed",
    from: "lg" as const,
    numeric: true,
    cell: (row: CampaignRow) => figure(row, row.failed),
  },
  {
    head: "Queued",
    from: "lg" as const,
    numeric: true,
    cell: (row: CampaignRow) => figure(row, row.waiting),
  },
  {
    head: "Launched",
    numeric: true,
    cell: (row: CampaignRow) =>
      row.status === "scheduled" ? (
        <>
          on <Moment at={row.scheduledAt} />
        </>
      ) : (
        <Moment at={row.launchedAt} none="Not yet" />
      ),
  },
];

const figure = (row: CampaignRow, count: number) =>
  row.launchedAt === null ? <span class="text-muted">–</span> : formatCount(count);

function StatusTabs(props: { status: string | undefined }): JSX.Element {
  const [, setSearch] = useSearchParams();
  return (
    <fieldset class="mb-4 flex min-w-0 gap-1 overflow-x-auto p-0.5">
      <legend class="sr-only">Filter by status</legend>
      <For each={FILTERS}>
        {(value) => (
          <button
            type="button"
            aria-pressed={props.status === value}
            onClick={() => setSearch({ status: value ?? null })}
            class="min-h-8 rounded-full px-3 whitespace-nowrap text-muted hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
          >
            {value ? campaignWords(value).label : "All"}
          </button>
        )}
      </For>
    </fieldset>
  );
}

function NoCampaigns(props: { status: string | undefined }): JSX.Element {
  const denied = useDenied();
  return (
    <Show
      when={!props.status}
      fallback={
        <Empty icon="send" title="No campaigns with this status">
          Choose another filter above.
        </Empty>
      }
    >
      <Empty
        icon="send"
        title="No campaigns yet"
        action={
          <>
            <LinkButton href="/campaigns/approvals" icon="check">
              Approvals
            </LinkButton>
            <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="plus" look="primary">
              New campaign
            </LinkButton>
          </>
        }
      >
        Write a text and choose who gets it. You see the cost and the finish time before anything is sent.
      </Empty>
    </Show>
  );
}
