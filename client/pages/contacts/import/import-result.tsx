import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { type Import, rejectionsQuery } from "../../../data/imports.ts";
import { useInfiniteQuery } from "../../../data/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { buttonClass, LinkButton } from "../../../ui/button.tsx";
import { countOf, formatCount, formatDuration } from "../../../ui/format.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Parts } from "../../../ui/meter.tsx";
import { Card, Fact, Facts, Notice } from "../../../ui/page.tsx";
import { consentWords } from "../../../ui/reasons.ts";
import { FILLS } from "../../../ui/status.tsx";
import { LoadMore, Table, Under } from "../../../ui/table.tsx";

/** What an import did: every row of the file is in exactly one of four figures. */
export function ImportResult(props: { data: Import }): JSX.Element {
  const denied = useDenied();
  const figures = () => [
    { label: "Created", count: props.data.created, tone: "ok" as const },
    { label: "Updated", count: props.data.updated, tone: "accent" as const },
    { label: "Unchanged", count: props.data.unchanged, tone: "quiet" as const },
    { label: "Rejected", count: props.data.rejected, tone: "danger" as const },
  ];
  const total = () => figures().reduce((sum, figure) => sum + figure.count, 0);
  const tookMs = () =>
    props.data.startedAt && props.data.finishedAt
      ? new Date(props.data.finishedAt).getTime() - new Date(props.data.startedAt).getTime()
      : null;
  return (
    <div class="grid gap-6">
      <Show when={props.data.status === "failed"}>
        <Notice tone="danger" title="The import stopped">
          {props.data.error ?? "It could not go on."} What was imported until then is kept.
        </Notice>
      </Show>
      <Show when={props.data.status === "canceled"}>
        <Notice tone="info">This import was canceled. Contacts that came in until then are kept.</Notice>
      </Show>
      <Card>
        <ul class="mb-4 grid grid-cols-2 gap-5 sm:grid-cols-4">
          <For each={figures()}>
            {(figure) => (
              <li>
                <span class="flex items-center gap-2 text-muted">
                  <span class={`size-2 rounded-full ${FILLS[figure.tone]}`} aria-hidden="true" />
                  {figure.label}
                </span>
                <span class="mt-1 block text-3xl font-semibold tracking-tight">
                  {formatCount(figure.count)}
                </span>
              </li>
            )}
          </For>
        </ul>
        <Parts parts={figures()} />
        <p class="mt-2 text-[0.8125rem] text-muted">
          Together {countOf(total(), "row")}
          <Show when={tookMs() !== null}> in {formatDuration(tookMs() ?? 0)}</Show>
        </p>
      </Card>
      <Show when={props.data.keptOptedOut > 0}>
        <Notice tone="info" title={`Kept opted out: ${formatCount(props.data.keptOptedOut)}`}>
          These numbers are on the do-not-contact list and stay there. No import lifts an opt-out.
        </Notice>
      </Show>
      <div class="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        {/* The list comes later and is long: last on a narrow page, so that it moves nothing. */}
        <div class="min-w-0 lg:col-start-2 lg:row-start-1">
          <Card title="How it was imported">
            <Facts>
              <Fact term="Consent">
                {props.data.consentBasis ? consentWords(props.data.consentBasis) : "–"}
              </Fact>
              <Fact term="Evidence">{props.data.consentEvidence ?? "–"}</Fact>
              <Fact term="Tags given">
                <Show when={props.data.tags.length > 0} fallback="None">
                  <For each={props.data.tags}>
                    {(tag) => (
                      <A
                        href={`/contacts?tag=${encodeURIComponent(tag)}`}
                        class="mr-2 text-accent hover:underline"
                      >
                        {tag}
                      </A>
                    )}
                  </For>
                </Show>
              </Fact>
            </Facts>
            <div class="mt-5">
              <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="send">
                Write a campaign
              </LinkButton>
            </div>
          </Card>
        </div>
        <div class="min-w-0 lg:col-start-1 lg:row-start-1">
          <Show when={props.data.rejected > 0} fallback={<NoneRejected />}>
            <Rejected data={props.data} />
          </Show>
        </div>
      </div>
    </div>
  );
}

function NoneRejected(): JSX.Element {
  return <Notice tone="ok">No row was rejected.</Notice>;
}

function Rejected(props: { data: Import }): JSX.Element {
  const query = useInfiniteQuery(() => rejectionsQuery(props.data.id));
  const reasons = () => Object.entries(props.data.rejectedByReason).sort((a, b) => b[1] - a[1]);
  return (
    <Card
      title="Rejected rows"
      hint="Mend them in the downloaded file and upload that: it has the same columns"
      flush
      actions={
        <a
          class={buttonClass("secondary", "small")}
          href={`/imports/${props.data.id}/rejections.csv`}
          download=""
          rel="external"
        >
          <Icon name="download" /> Download all
        </a>
      }
    >
      <ul class="flex flex-wrap gap-x-6 gap-y-1 border-b border-line px-5 py-3">
        <For each={reasons()}>
          {([reason, count]) => (
            <li>
              <b class="font-semibold">{formatCount(count)}</b>{" "}
              <span class="text-muted">{reason.toLowerCase()}</span>
            </li>
          )}
        </For>
      </ul>
      <Loaded query={query}>
        {(data) => {
          const rows = () => data().pages.flatMap((page) => page.items);
          return (
            <>
              <Table
                caption="Rejected rows"
                rows={rows()}
                columns={[
                  { head: "Line", class: "w-16", cell: (row) => formatCount(row.line) },
                  {
                    head: "Why",
                    cell: (row) => (
                      <>
                        <span class="font-medium">{row.reason}</span>
                        <Under>{row.detail}</Under>
                      </>
                    ),
                  },
                  {
                    head: "Row",
                    from: "md",
                    class: "max-w-sm",
                    cell: (row) => (
                      <span class="line-clamp-2 font-mono text-xs text-muted wrap-anywhere">
                        {row.row.join(" · ")}
                      </span>
                    ),
                  },
                ]}
              />
              <LoadMore query={query} shown={rows().length} what="rejected rows" />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}
