import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import type { Progress } from "../../../data/campaigns.ts";
import { useMe } from "../../../shell/session-context.tsx";
import { thisSecond } from "../../../ui/time/clock.ts";
import { Moment } from "../../../ui/time/moment.tsx";
import { countOf, formatCount, formatDuration, formatMoney, formatShare } from "../../../ui/words/format.ts";
import { campaignWords } from "../../../ui/words/status-words.ts";
import { isOver, jobsIn } from "./progress-groups.ts";

/** The six main figures of a launched campaign. */
export function LiveFigures(props: { progress: Progress; endedAt: string | null }): JSX.Element {
  const me = useMe();
  const money = (micros: number) => formatMoney(micros, me().tenant.currency);
  const delivered = () => jobsIn(props.progress.counts, "delivered");
  const over = () => isOver(props.progress.status);
  return (
    <dl class="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-3 xl:grid-cols-6">
      <Figure
        term="Sent"
        value={formatCount(props.progress.sent)}
        note={`of ${countOf(props.progress.audience, "contact")}`}
      />
      <Figure
        term="Delivered"
        value={formatCount(delivered())}
        note={
          props.progress.sent > 0 ? `${formatShare(delivered() / props.progress.sent)} of sent` : "None yet"
        }
      />
      <Show when={over()} fallback={<SpeedFigure progress={props.progress} />}>
        <Figure
          term="Last sent"
          value={<Moment at={props.progress.lastSubmittedAt} none="–" />}
          note={props.progress.sent > 0 ? "" : "Nothing was sent"}
        />
      </Show>
      <Figure
        term={over() ? campaignWords(props.progress.status).label : "Finishes"}
        value={
          <Moment
            at={over() ? props.endedAt : props.progress.finishAt}
            none={props.progress.status === "paused" ? "Paused" : "–"}
          />
        }
        note={over() ? "" : <FinishNote progress={props.progress} />}
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
        value={
          <A href={`/inbox?campaignId=${props.progress.id}`} class="hover:underline">
            {formatCount(props.progress.replies)}
          </A>
        }
        note={countOf(props.progress.optOuts, "opt-out")}
      />
    </dl>
  );
}

function SpeedFigure(props: { progress: Progress }): JSX.Element {
  const note = () => (props.progress.sent > 0 ? "None recently" : "Nothing sent yet");
  return (
    <Figure
      term="Speed"
      value={`${formatCount(Math.round(props.progress.ratePerSecond))}/s`}
      note={
        <Show when={props.progress.lastSubmittedAt} fallback={note()}>
          last <Moment at={props.progress.lastSubmittedAt} precision="second" />
        </Show>
      }
    />
  );
}

function Figure(props: { term: string; value: JSX.Element; note: JSX.Element }): JSX.Element {
  return (
    <div class="min-w-0 rounded-xl border border-line bg-surface p-4 shadow-card">
      <dt class="text-[0.8125rem] text-muted">{props.term}</dt>
      <dd
        translate="no"
        class="mt-1 text-lg font-semibold tracking-tight whitespace-nowrap sm:text-xl xl:text-lg 2xl:text-xl"
      >
        {props.value}
      </dd>
      <dd class="mt-0.5 text-xs text-muted" translate="no">
        {props.note}
      </dd>
    </div>
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
      resumes <Moment at={props.progress.nextOpeningAt} />
    </Show>
  );
}
