import { useSearchParams } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { type CampaignRow, campaignsQuery } from "../../data/campaigns.ts";
import { useInfiniteQuery } from "../../data/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/button.tsx";
import { formatCount } from "../../ui/format.ts";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { CAMPAIGN_STATUS, CampaignStatus, wordsFor } from "../../ui/status.tsx";
import { LoadMore, Table, Under } from "../../ui/table.tsx";

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
          <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="plus" look="primary">
            New campaign
          </LinkButton>
        }
      />
      <StatusTabs status={status()} />
      <Card flush>
        <Loaded query={query}>
          {(data) => {
            const rows = () => data().pages.flatMap((page) => page.items);
            return (
              <Show when={rows().length > 0} fallback={<NoCampaigns status={status()} />}>
                <Table
                  caption="Campaigns"
                  rows={rows()}
                  href={(row) => `/campaigns/${row.id}`}
                  columns={COLUMNS}
                />
                <LoadMore query={query} shown={rows().length} what="campaigns" />
              </Show>
            );
          }}
        </Loaded>
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
        <Under class="sm:hidden">
          {wordsFor(CAMPAIGN_STATUS, row.status).label} · {formatCount(row.audienceCount)} people
        </Under>
      </>
    ),
  },
  { head: "Status", from: "sm" as const, cell: (row: CampaignRow) => <CampaignStatus status={row.status} /> },
  {
    head: "People",
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
    head: "Waiting",
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
            {value ? wordsFor(CAMPAIGN_STATUS, value).label : "All"}
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
        <Empty icon="send" title="No campaign has this status">
          Choose another filter above.
        </Empty>
      }
    >
      <Empty
        icon="send"
        title="No campaigns yet"
        action={
          <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="plus" look="primary">
            New campaign
          </LinkButton>
        }
      >
        Write a text, choose who gets it, and see what it costs and when it finishes before anything is sent.
      </Empty>
    </Show>
  );
}
