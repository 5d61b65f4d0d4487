import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from "solid-js";
import { type Campaign, campaignQuery, type Progress, progressQuery } from "../../data/campaigns.ts";
import { createLiveCampaign } from "../../data/live.ts";
import { queryClient } from "../../data/query-client.ts";
import { useMe } from "../../shell/session-context.tsx";
import { StopProofLine } from "../../shell/stop-proof.tsx";
import { Announce } from "../../ui/announce.tsx";
import { Chart } from "../../ui/chart.tsx";
import { thisSecond } from "../../ui/clock.ts";
import { countOf, formatCount, formatDuration, formatMoney, formatShare } from "../../ui/format.ts";
import { Loaded, Skeleton } from "../../ui/loaded.tsx";
import { Parts } from "../../ui/meter.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Card, Notice, PageHead } from "../../ui/page.tsx";
import { reasonWords } from "../../ui/reasons.ts";
import { CampaignStatus, FILLS, messageWords } from "../../ui/status.tsx";
import { CampaignContent, DuplicateButton } from "./campaign.tsx";
import { CampaignControls } from "./campaign-controls.tsx";
import { failures, jobsIn, messagesHref, sortedCounts } from "./progress-groups.ts";
import { notePace } from "./throughput.ts";

const OVER = ["completed", "canceled"];

/** A launched campaign, followed live. */
export function LiveView(props: { campaign: Campaign }): JSX.Element {
  const progress = useQuery(() => progressQuery(props.campaign.id));
  const known = () => (progress.isPending ? undefined : progress.data);
  const live = createLiveCampaign(
    () => props.campaign.id,
    () => true,
  );
  const status = () => known()?.status ?? props.campaign.status;
  // The stream is the first to see a change of state: then the campaign's own facts are asked for again.
  createEffect(
    on(
      status,
      () => void queryClient.invalidateQueries({ queryKey: campaignQuery(props.campaign.id).queryKey }),
      {
        defer: true,
      },
    ),
  );
  return (
    <>
      <PageHead
        title={props.campaign.name}
        back={{ href: "/campaigns", label: "Campaigns" }}
        status={
          <>
            <CampaignStatus status={status()} />
            <LiveDot on={live()} over={OVER.includes(status())} />
          </>
        }
        actions={
          <>
            <DuplicateButton id={props.campaign.id} />
            <CampaignControls campaign={props.campaign} status={status()} progress={known()} />
          </>
        }
      />
      <Loaded query={progress} skeleton={<Skeleton class="h-96 w-full rounded-xl" />}>
        {(data) => (
          <div class="grid gap-6">
            <StoppedNotice campaign={props.campaign} progress={data()} />
            <Announce text={spoken(data())} />
            <Figures progress={data()} />
            <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
              <div class="grid gap-6">
                <Standing id={props.campaign.id} progress={data()} />
                <Pace progress={data()} />
              </div>
              <CampaignContent campaign={props.campaign} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}

function LiveDot(props: { on: boolean; over: boolean }): JSX.Element {
  return (
    <Show when={!props.over}>
      <span class="inline-flex items-center gap-1.5 text-xs text-muted">
        <span
          class={`size-2 rounded-full ${props.on ? "animate-breathe bg-ok-fill" : "bg-quiet-fill"}`}
          aria-hidden="true"
        />
        {props.on ? "Live" : "Connecting…"}
      </span>
    </Show>
  );
}

function spoken(progress: Progress): string {
  const delivered = jobsIn(progress.counts, "delivered");
  const waiting = jobsIn(progress.counts, "queued");
  return `${formatCount(progress.sent)} of ${formatCount(progress.audience)} handed to the carrier, ${formatCount(delivered)} delivered, ${formatCount(waiting)} waiting.`;
}

/** Stopped: the proof, as long as the page shows it. */
function StoppedNotice(props: { campaign: Campaign; progress: Progress }): JSX.Element {
  const stopped = () => props.progress.status === "paused" || props.progress.status === "canceled";
  return (
    <Show when={stopped()}>
      <Notice tone={props.progress.status === "paused" ? "warn" : "info"}>
        <strong class="font-semibold">{props.progress.status === "paused" ? "Paused" : "Canceled"}</strong>{" "}
        <Moment
          at={props.progress.status === "paused" ? props.campaign.pausedAt : props.campaign.canceledAt}
          precision="millisecond"
        />
        . <StopProofLine proof={{ ...props.progress, expireBy: null }} />
      </Notice>
    </Show>
  );
}

function Figures(props: { progress: Progress }): JSX.Element {
  const me = useMe();
  const money = (micros: number) => formatMoney(micros, me().tenant.currency);
  const delivered = () => jobsIn(props.progress.counts, "delivered");
  const over = () => OVER.includes(props.progress.status);
  return (
    <dl class="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-3 xl:grid-cols-6">
      <Figure
        term="Handed over"
        value={formatCount(props.progress.sent)}
        note={`of ${countOf(props.progress.audience, "person", "people")}`}
      />
      <Figure
        term="Delivered"
        value={formatCount(delivered())}
        note={
          props.progress.sent > 0
            ? `${formatShare(delivered() / props.progress.sent)} of handed over`
            : "None yet"
        }
      />
      <Figure
        term="Pace"
        value={`${formatCount(Math.round(props.progress.ratePerSecond))}/s`}
        note={
          props.progress.lastHandOverAt ? (
            <>
              last <Moment at={props.progress.lastHandOverAt} precision="second" />
            </>
          ) : (
            "Nothing handed over yet"
          )
        }
      />
      <Figure
        term={over() ? "Ended" : "Finishes"}
        value={<Finish progress={props.progress} />}
        note={<FinishNote progress={props.progress} />}
      />
      <Figure
        term="Cost"
        value={money(props.progress.spentMicros)}
        note={
          props.progress.reservedMicros > 0
            ? `and ${money(props.progress.reservedMicros)} reserved`
            : countOf(props.progress.segments, "segment")
        }
      />
      <Figure
        term="Replies"
        value={formatCount(props.progress.replies)}
        note={countOf(props.progress.optOuts, "opt-out")}
      />
    </dl>
  );
}

function Figure(props: { term: string; value: JSX.Element; note: JSX.Element }): JSX.Element {
  return (
    <div class="min-w-0 rounded-xl border border-line bg-surface p-4 shadow-card">
      <dt class="text-[0.8125rem] text-muted">{props.term}</dt>
      <dd class="mt-1 text-lg font-semibold tracking-tight whitespace-nowrap sm:text-xl">{props.value}</dd>
      <dd class="mt-0.5 text-xs text-muted">{props.note}</dd>
    </div>
  );
}

function Finish(props: { progress: Progress }): JSX.Element {
  return (
    <Show
      when={!OVER.includes(props.progress.status)}
      fallback={props.progress.status === "canceled" ? "Canceled" : "Done"}
    >
      <Moment at={props.progress.finishAt} none={props.progress.status === "paused" ? "Paused" : "–"} />
    </Show>
  );
}

function FinishNote(props: { progress: Progress }): JSX.Element {
  const leftMs = () =>
    props.progress.finishAt ? new Date(props.progress.finishAt).getTime() - thisSecond().getTime() : null;
  return (
    <Show
      when={props.progress.nextOpeningAt}
      fallback={leftMs() !== null && (leftMs() ?? 0) > 0 ? `in ${formatDuration(leftMs() ?? 0)}` : ""}
    >
      held ones go on <Moment at={props.progress.nextOpeningAt} />
    </Show>
  );
}

/** Every message of the campaign stands in exactly one row, and every row opens the messages that it counts. */
function Standing(props: { id: string; progress: Progress }): JSX.Element {
  const rows = createMemo(() => sortedCounts(props.progress.counts));
  const total = () => rows().reduce((sum, row) => sum + row.jobs, 0);
  const failed = () => failures(props.progress.counts);
  const count = (...statuses: string[]) => jobsIn(props.progress.counts, ...statuses);
  return (
    <Card title="Where every message stands" flush>
      <div class="px-5 pt-4">
        <Parts
          class="h-3"
          parts={[
            { label: "Delivered", count: count("delivered"), tone: "ok" },
            { label: "With the carrier", count: count("sent", "sending", "unknown"), tone: "accent" },
            { label: "Failed at the carrier", count: failed().failed, tone: "danger" },
            { label: "Refused", count: failed().refused, tone: "warn" },
            { label: "Waiting or canceled", count: count("queued", "canceled"), tone: "quiet" },
          ]}
        />
      </div>
      <table class="mt-2 w-full">
        <caption class="sr-only">Messages by status and reason</caption>
        <thead>
          <tr class="text-left text-xs text-muted">
            <th class="px-5 py-2 font-medium">Status</th>
            <th class="px-5 py-2 text-right font-medium">Messages</th>
            <th class="hidden px-5 py-2 text-right font-medium sm:table-cell">Share</th>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {(row) => {
              const words = () => messageWords(row.status, row.reason);
              return (
                <tr class="relative border-t border-line hover:bg-sunken/60">
                  <td class="px-5 py-2.5">
                    <A
                      href={messagesHref(props.id, row)}
                      class="flex items-start gap-2.5 after:absolute after:inset-0"
                    >
                      <span
                        class={`mt-1.5 size-2 shrink-0 rounded-full ${FILLS[words().tone]}`}
                        aria-hidden="true"
                      />
                      <span>
                        <span class="font-medium">{words().label}</span>
                        <Show when={row.reason !== "" || row.status === "queued"}>
                          <span class="text-muted">
                            {" "}
                            · {row.reason === "" ? "for its turn" : reasonWords(row.reason)}
                          </span>
                        </Show>
                      </span>
                    </A>
                  </td>
                  <td class="px-5 py-2.5 text-right font-medium">{formatCount(row.jobs)}</td>
                  <td class="hidden px-5 py-2.5 text-right text-muted sm:table-cell">
                    {props.progress.audience > 0 ? formatShare(row.jobs / props.progress.audience) : ""}
                  </td>
                </tr>
              );
            }}
          </For>
        </tbody>
        <tfoot>
          <tr class="border-t border-line bg-sunken/60">
            <th scope="row" class="rounded-bl-xl px-5 py-2.5 text-left font-medium">
              <A href={`/messages?campaignId=${props.id}`} class="hover:underline">
                All messages
              </A>
            </th>
            <td class="px-5 py-2.5 text-right font-semibold max-sm:rounded-br-xl">{formatCount(total())}</td>
            <td class="hidden rounded-br-xl px-5 py-2.5 text-right text-muted sm:table-cell">
              {props.progress.status === "launching"
                ? "freezing the audience…"
                : `audience ${formatCount(props.progress.audience)}`}
            </td>
          </tr>
        </tfoot>
      </table>
    </Card>
  );
}

function Pace(props: { progress: Progress }): JSX.Element {
  const [series, setSeries] = createSignal(notePace(props.progress.id, 0, 0));
  createEffect(
    on(
      () => props.progress.at,
      () =>
        setSeries(
          notePace(props.progress.id, new Date(props.progress.at).getTime(), props.progress.ratePerSecond),
        ),
    ),
  );
  return (
    <Show when={series().at.length > 1 && series().values.some((value) => value > 0)}>
      <Card title="Messages per second" hint="Handed to the carrier, since you opened this page">
        <Chart
          series={series()}
          label="per second"
          summary={`At present ${formatCount(Math.round(props.progress.ratePerSecond))} messages a second.`}
        />
      </Card>
    </Show>
  );
}
