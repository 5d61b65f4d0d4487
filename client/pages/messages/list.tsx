import { DIMENSIONS, FIGURES } from "@smscrm/core/reports/figures";
import { createSignal, For, type JSX, Show } from "solid-js";
import { recentCampaignsQuery } from "../../data/campaigns.ts";
import { type MessageFilter, type MessageRow, messagesQuery } from "../../data/messages.ts";
import { reportQuery } from "../../data/reports/reports.ts";
import { useInfiniteQuery, useQuery } from "../../data/transport/use-query.ts";
import { ListExport } from "../../shell/export-button.tsx";
import { Button, LinkButton } from "../../ui/controls/button.tsx";
import { Select, TextField } from "../../ui/controls/field.tsx";
import { createTypingPause } from "../../ui/controls/typing-pause.ts";
import { Empty } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { usePageFilters } from "../../ui/page-filters.ts";
import { PagedTable } from "../../ui/paged-table.tsx";
import { MessageStatus } from "../../ui/status.tsx";
import { Under } from "../../ui/table.tsx";
import { fromLocalInput, isoOr, toLocalInput } from "../../ui/time/local-time.ts";
import { Moment } from "../../ui/time/moment.tsx";
import { formatMoment, formatPhone } from "../../ui/words/format.ts";
import { ALL_REASONS, reasonWords } from "../../ui/words/reasons.ts";
import { MESSAGE_STATUSES, messageWords } from "../../ui/words/status-words.ts";
import { DIMENSION_WORDS, dayWords, FIGURE_WORDS, rowWords } from "../reports/report-words.ts";

type Search = {
  campaignId?: string;
  status?: string;
  reason?: string;
  search?: string;
  phone?: string;
  since?: string;
  until?: string;
  submittedSince?: string;
  /** What a figure of a report counts: these five together. */
  figure?: string;
  from?: string;
  to?: string;
  by?: string;
  key?: string;
};

const NO_SEARCH: Record<keyof Search, null> = {
  ...{ campaignId: null, status: null, reason: null, search: null, phone: null },
  ...{ since: null, until: null, submittedSince: null },
  ...{ figure: null, from: null, to: null, by: null, key: null },
};

export default function MessagesPage(): JSX.Element {
  const [search, setSearch] = usePageFilters<Search>();
  const counted = () => countedBy(search());
  const filter = (): MessageFilter =>
    counted() ?? {
      campaignId: search().campaignId,
      status: MESSAGE_STATUSES.find((status) => status === search().status),
      reason: search().reason,
      // Links from before this search have a whole number in `phone`.
      search: search().search ?? search().phone,
      since: isoOr(search().since),
      until: isoOr(search().until),
      submittedSince: isoOr(search().submittedSince),
    };
  const query = useInfiniteQuery(() => messagesQuery(filter()));
  const filtered = () => Object.values(filter()).some((value) => value !== undefined);
  const clear = () => setSearch(NO_SEARCH);
  return (
    <>
      <PageHead
        title="Messages"
        lead="Every message with its status and the reason. Newest first."
        actions={<ListExport list="messages" filter={filter()} />}
      />
      <Show
        when={counted()}
        fallback={
          <Filters
            search={search()}
            onChange={(change) => setSearch(change)}
            onClear={filtered() ? clear : undefined}
          />
        }
      >
        {(filter) => <CountedFilter counted={filter().counted} onClear={clear} />}
      </Show>
      <Show when={query.data?.pages[0]?.peopleLimit}>
        {(limit) => (
          <p class="mb-4 text-[0.8125rem] text-muted" role="status">
            More than {limit()} people match. These are the messages of the first {limit()}: type more of the
            name or number.
          </p>
        )}
      </Show>
      <Card flush>
        <PagedTable
          query={query}
          caption="Messages"
          columns={COLUMNS}
          href={(row) => `/messages/${row.id}`}
          what="messages"
          empty={<NoMessages filtered={filtered()} onClear={clear} />}
        />
      </Card>
    </>
  );
}

const COLUMNS = [
  {
    head: "To",
    class: "min-w-36 wrap-anywhere",
    cell: (row: MessageRow) => (
      <>
        <bdi>{row.contactName ?? formatPhone(row.phone)}</bdi>
        <Under class="whitespace-nowrap">{row.contactName ? formatPhone(row.phone) : "No name"}</Under>
        <Under class="sm:hidden">{messageWords(row.status, row.reason).label}</Under>
      </>
    ),
  },
  {
    head: "Status",
    from: "sm" as const,
    cell: (row: MessageRow) => <MessageStatus status={row.status} reason={row.reason} />,
  },
  {
    head: "Reason",
    from: "md" as const,
    class: "max-w-md",
    cell: (row: MessageRow) => <span class="text-muted">{row.sentence}</span>,
  },
  {
    head: "Campaign",
    from: "lg" as const,
    class: "max-w-48",
    cell: (row: MessageRow) => <span class="line-clamp-2">{row.campaignName}</span>,
  },
  {
    head: "Time",
    numeric: true,
    class: "whitespace-nowrap",
    cell: (row: MessageRow) => <Moment at={row.finalAt ?? row.sentAt ?? row.createdAt} precision="second" />,
  },
];

/** The messages that a figure of a report counts, as its address says; null: the address names none. */
function countedBy({ figure, from, to, by, key }: Search): { counted: Counted } | null {
  const one = FIGURES.find((name) => name === figure);
  if (!one || !from || !to) return null;
  const dimension = DIMENSIONS.find((name) => name === by);
  return { counted: { figure: one, from, to, ...(dimension && { by: dimension, key: key ?? "" }) } };
}

type Counted = NonNullable<MessageFilter["counted"]>;

function CountedFilter(props: { counted: Counted; onClear: () => void }): JSX.Element {
  const days = () => ({ from: props.counted.from, to: props.counted.to });
  const report = () => {
    const by = props.counted.by ?? "campaign";
    return `/reports?${new URLSearchParams({ period: "custom", ...days(), by })}`;
  };
  return (
    <div class="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
      <p class="min-w-0 wrap-anywhere">
        <strong>{FIGURE_WORDS[props.counted.figure]}</strong>, {dayWords(props.counted.from)} to{" "}
        {dayWords(props.counted.to)}
        <Show when={props.counted.by}>
          {(by) => (
            <>
              , {DIMENSION_WORDS[by()].toLowerCase()}: <CountedRow counted={props.counted} />
            </>
          )}
        </Show>
      </p>
      <LinkButton href={report()} size="small" icon="chart">
        Report
      </LinkButton>
      <Button look="quiet" size="small" onClick={() => props.onClear()}>
        Clear filters
      </Button>
    </div>
  );
}

/** What the row of the report is about, by its name there. */
function CountedRow(props: { counted: Counted }): JSX.Element {
  const { by = "campaign", key = "", from, to } = props.counted;
  const query = useQuery(() => reportQuery({ period: "custom", from, to, by }));
  return <>{rowWords(by, { key, name: query.data?.rows.find((row) => row.key === key)?.name ?? null })}</>;
}

function Filters(props: {
  search: Search;
  onChange: (change: Record<string, string | null>) => void;
  onClear: (() => void) | undefined;
}): JSX.Element {
  const campaigns = useQuery(recentCampaignsQuery);
  const [text, setText] = createSignal(props.search.search ?? props.search.phone ?? "");
  const list = () =>
    campaigns.isSuccess ? campaigns.data.items.filter((campaign) => campaign.status !== "draft") : [];
  const listed = () =>
    !props.search.campaignId || list().some((campaign) => campaign.id === props.search.campaignId);
  createTypingPause(text, (value) => props.onChange({ search: value.trim() || null, phone: null }));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    props.onChange({ search: text().trim() || null, phone: null });
  };
  const pick = (key: string) => (event: Event & { currentTarget: HTMLSelectElement }) =>
    props.onChange({ [key]: event.currentTarget.value || null });
  return (
    <search class="block">
      <form onSubmit={submit} class="mb-4 grid grid-cols-2 items-end gap-3 lg:grid-cols-3 xl:grid-cols-6">
        <TextField
          label="Person"
          type="search"
          placeholder="Name or number"
          maxLength={100}
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Select label="Campaign" value={props.search.campaignId ?? ""} onChange={pick("campaignId")}>
          <option value="">All</option>
          <Show when={!listed()}>
            <option value={props.search.campaignId} selected>
              The campaign in this link
            </option>
          </Show>
          <For each={list()}>
            {(campaign) => (
              <option value={campaign.id} selected={campaign.id === props.search.campaignId}>
                {campaign.name}
              </option>
            )}
          </For>
        </Select>
        <Select label="Status" value={props.search.status ?? ""} onChange={pick("status")}>
          <option value="">All</option>
          <For each={MESSAGE_STATUSES}>
            {(status) => <option value={status}>{messageWords(status).label}</option>}
          </For>
        </Select>
        <Select label="Reason" value={props.search.reason ?? ""} onChange={pick("reason")}>
          <option value="">All</option>
          <For each={ALL_REASONS}>{(reason) => <option value={reason}>{reasonWords(reason)}</option>}</For>
        </Select>
        <TextField
          label="Created after"
          type="datetime-local"
          fieldClass="max-sm:col-span-2"
          value={toLocalInput(isoOr(props.search.since) ?? null)}
          onChange={(event) => props.onChange({ since: fromLocalInput(event.currentTarget.value) })}
        />
        <TextField
          label="Created before"
          type="datetime-local"
          fieldClass="max-sm:col-span-2"
          value={toLocalInput(isoOr(props.search.until) ?? null)}
          onChange={(event) => props.onChange({ until: fromLocalInput(event.currentTarget.value) })}
        />
        <Show when={props.onClear}>
          {(clear) => (
            <Button
              look="quiet"
              class="col-span-full justify-self-start"
              onClick={() => {
                setText("");
                clear()();
              }}
            >
              Clear filters
              <Show when={isoOr(props.search.submittedSince)}>
                {(since) => (
                  <span class="text-muted">
                    · sent since {formatMoment(new Date(since()), new Date(), "minute")}
                  </span>
                )}
              </Show>
            </Button>
          )}
        </Show>
      </form>
    </search>
  );
}

function NoMessages(props: { filtered: boolean; onClear: () => void }): JSX.Element {
  return (
    <Show
      when={props.filtered}
      fallback={
        <Empty icon="messages" title="No messages yet">
          Messages appear here when a campaign is launched.
        </Empty>
      }
    >
      <Empty
        icon="search"
        title="No messages match these filters"
        action={<Button onClick={() => props.onClear()}>Clear filters</Button>}
      >
        A person is found by a name, or by any part of a name or number.
      </Empty>
    </Show>
  );
}
