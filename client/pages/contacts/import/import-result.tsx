import { consentWords } from "@smscrm/core/explain/consent-words";
import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { type Import, rejectionsQuery } from "../../../data/imports.ts";
import { useInfiniteQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Parts } from "../../../ui/charts/meter.tsx";
import { buttonClass, LinkButton } from "../../../ui/controls/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Card, Fact, Facts, Notice } from "../../../ui/page.tsx";
import { PagedTable } from "../../../ui/paged-table.tsx";
import { FILLS } from "../../../ui/status.tsx";
import { Under } from "../../../ui/table.tsx";
import { countOf, formatCount, formatDuration } from "../../../ui/words/format.ts";
import { ChangesCard } from "./changes/changes-card.tsx";
import { UndoCard } from "./changes/undo-card.tsx";

/** The result of an import. Every row of the file is in exactly one of the figures. */
export function ImportResult(props: { data: Import }): JSX.Element {
  const denied = useDenied();
  const isOptOuts = () => props.data.kind === "opt-outs";
  const figures = () => (isOptOuts() ? optOutFigures() : contactFigures());
  const optOutFigures = () => [
    { label: "Added", count: props.data.created, tone: "ok" as const },
    { label: "Already on the list", count: props.data.unchanged, tone: "quiet" as const },
    { label: "Rejected", count: props.data.rejected, tone: "danger" as const },
  ];
  const contactFigures = () => [
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
          {props.data.error ?? "An unexpected error occurred."} Rows imported before that are kept.
        </Notice>
      </Show>
      <Show when={props.data.status === "canceled"}>
        <Notice tone="info">This import was canceled. Rows imported before that are kept.</Notice>
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
                <span class="mt-1 block text-3xl font-semibold tracking-tight" translate="no">
                  {formatCount(figure.count)}
                </span>
              </li>
            )}
          </For>
        </ul>
        <Parts parts={figures()} />
        <p class="mt-2 text-[0.8125rem] text-muted">
          {countOf(total(), "row")} in total
          <Show when={tookMs() !== null}> in {formatDuration(tookMs() ?? 0)}</Show>
        </p>
      </Card>
      <Show when={!isOptOuts() && props.data.optedOut > 0}>
        <Notice tone="info" title={`Opted out by this file: ${formatCount(props.data.optedOut)}`}>
          These numbers were added to <A href="/do-not-contact">Do not contact</A>. Campaigns don’t text them.
        </Notice>
      </Show>
      <Show when={isOptOuts() && props.data.rejected > 0}>
        <Notice tone="warn" title={`${countOf(props.data.rejected, "number")} not added`}>
          These people can still be texted. Fix the rows below and upload them again.
        </Notice>
      </Show>
      <Show when={props.data.keptOptedOut > 0}>
        <Notice tone="info" title={`Still opted out: ${formatCount(props.data.keptOptedOut)}`}>
          These numbers stay on the do-not-contact list. An import never removes an opt-out.
        </Notice>
      </Show>
      <div class="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        {/* The rejected rows arrive later. They come last on a narrow page, so that nothing moves. */}
        <div class="min-w-0 lg:col-start-2 lg:row-start-1">
          <Card title="Settings of this import">
            <Facts>
              <Show when={!isOptOuts()}>
                <Fact term="Consent">
                  {props.data.consentBasis ? consentWords(props.data.consentBasis) : "–"}
                </Fact>
              </Show>
              <Fact term={isOptOuts() ? "How they opted out" : "Evidence"}>
                {props.data.consentEvidence ?? "–"}
              </Fact>
              <Show when={!isOptOuts()}>
                <Fact term="Tags added">
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
              </Show>
            </Facts>
            <div class="mt-5">
              <Show
                when={!isOptOuts()}
                fallback={
                  <LinkButton href="/do-not-contact" icon="block">
                    Open Do not contact
                  </LinkButton>
                }
              >
                <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="send">
                  New campaign
                </LinkButton>
              </Show>
            </div>
          </Card>
        </div>
        <div class="grid min-w-0 gap-6 lg:col-start-1 lg:row-start-1">
          <UndoCard data={props.data} />
          <ChangesCard data={props.data} />
          <Show when={props.data.rejected > 0} fallback={<NoneRejected />}>
            <Rejected data={props.data} />
          </Show>
        </div>
      </div>
    </div>
  );
}

function NoneRejected(): JSX.Element {
  return <Notice tone="ok">No rows were rejected.</Notice>;
}

function Rejected(props: { data: Import }): JSX.Element {
  const denied = useDenied();
  const query = useInfiniteQuery(() => rejectionsQuery(props.data.id));
  const reasons = () => Object.entries(props.data.rejectedByReason).sort((a, b) => b[1] - a[1]);
  return (
    <Card
      title="Rejected rows"
      hint="Download these rows, fix them and upload the file. It has the same columns."
      flush
      actions={
        <Show when={!denied("contacts.export") && !denied("phoneNumbers.read")}>
          <a
            class={buttonClass("secondary", "small")}
            href={`/imports/${props.data.id}/rejections.csv`}
            download=""
            rel="external"
          >
            <Icon name="download" /> Download all
          </a>
        </Show>
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
      <PagedTable
        query={query}
        caption="Rejected rows"
        columns={[
          { head: "Line", class: "w-16", cell: (row) => formatCount(row.line) },
          {
            head: "Reason",
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
        what="rejected rows"
        empty={null}
      />
    </Card>
  );
}
