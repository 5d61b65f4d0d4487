import { createSignal, For, type JSX, Show } from "solid-js";
import {
  type Series,
  type SeriesView,
  seriesQuery,
  useEndSeries,
  usePauseSeries,
  useResumeSeries,
} from "../../../data/series.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { Card, Fact, Facts } from "../../../ui/page.tsx";
import { CampaignStatus } from "../../../ui/status.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../../ui/toast.tsx";
import { formatDay } from "../../../ui/words/format.ts";
import { RepeatDialog } from "./repeat-dialog.tsx";
import { ruleWords } from "./repeat-words.ts";

/** Whether and when a draft repeats, and what became of each time. */
export function RepeatCard(props: { campaignId: string }): JSX.Element {
  const view = useQuery(() => seriesQuery(props.campaignId));
  const denied = useDenied();
  const [asking, setAsking] = createSignal(false);
  return (
    <Show when={view.data}>
      {(data) => (
        <Card title="Repeat">
          <Show
            when={data().series}
            fallback={
              <div class="grid gap-3">
                <p class="text-muted">
                  Launch a copy of this campaign every week, every month, or on a date of each contact.
                </p>
                <Button
                  size="small"
                  icon="clock"
                  denied={denied("campaigns.launch")}
                  onClick={() => setAsking(true)}
                >
                  Repeat…
                </Button>
                <RepeatDialog
                  open={asking()}
                  onClose={() => setAsking(false)}
                  campaignId={props.campaignId}
                />
              </div>
            }
          >
            {(series) => <Repeating campaignId={props.campaignId} series={series()} />}
          </Show>
          <Past occurrences={data().occurrences} />
        </Card>
      )}
    </Show>
  );
}

const dayWords = (day: string) => formatDay(new Date(`${day}T12:00`));

function Repeating(props: { campaignId: string; series: Series }): JSX.Element {
  const denied = useDenied();
  const pause = usePauseSeries();
  const resume = useResumeSeries();
  const end = useEndSeries();
  const [ending, setEnding] = createSignal(false);
  const say = (done: string) => ({
    onSuccess: () => notifyDone(done),
    onError: (error: unknown) => notifyProblem(sentenceOf(error)),
  });
  return (
    <div class="grid gap-4">
      <Facts>
        <Fact term="When">{ruleWords(props.series.rule)}</Fact>
        <Fact term={props.series.pausedAt ? "Paused" : "Next launch"}>
          <Moment at={props.series.pausedAt ?? props.series.nextAt} />
        </Fact>
        <Show when={!props.series.pausedAt}>
          <Fact term="Next days">
            <ul>
              <For each={props.series.nextDays}>{(day) => <li>{dayWords(day)}</li>}</For>
            </ul>
          </Fact>
        </Show>
        <Fact term="Last day">{props.series.endsOn ? dayWords(props.series.endsOn) : "No end"}</Fact>
        <Fact term="If it is late">{props.series.sendsLate ? "Sent late" : "Recorded as missed"}</Fact>
      </Facts>
      <div class="flex flex-wrap gap-2">
        <Show
          when={props.series.pausedAt}
          fallback={
            <Button
              size="small"
              pending={pause.isPending}
              denied={denied("campaigns.stop")}
              onClick={() =>
                pause.mutate(props.campaignId, say("Paused. Nothing launches until you resume it."))
              }
            >
              Pause repeating
            </Button>
          }
        >
          <Button
            size="small"
            pending={resume.isPending}
            denied={denied("campaigns.launch")}
            onClick={() => resume.mutate(props.campaignId, say("Resumed with the next day."))}
          >
            Resume repeating
          </Button>
        </Show>
        <Button size="small" look="quiet" denied={denied("campaigns.stop")} onClick={() => setEnding(true)}>
          End repeating
        </Button>
      </div>
      <Confirm
        open={ending()}
        onClose={() => setEnding(false)}
        title="End repeating?"
        description="No more copies are launched. Campaigns that were launched go on."
        action="End repeating"
        pending={end.isPending}
        error={end.isError ? sentenceOf(end.error) : undefined}
        onConfirm={() =>
          end.mutate(props.campaignId, {
            onSuccess: () => notifyDone("Ended. It is an ordinary draft again."),
          })
        }
      />
    </div>
  );
}

function Past(props: { occurrences: SeriesView["occurrences"] }): JSX.Element {
  return (
    <Show when={props.occurrences.length > 0}>
      <h3 class="mt-5 mb-2 font-medium">So far</h3>
      <ul class="grid gap-1.5">
        <For each={props.occurrences}>
          {(occurrence) => (
            <li class="flex flex-wrap items-center justify-between gap-2">
              <a href={`/campaigns/${occurrence.campaignId}`} class="text-accent hover:underline">
                {dayWords(occurrence.day)}
              </a>
              <Show when={occurrence.isMissed} fallback={<CampaignStatus status={occurrence.status} />}>
                <span class="text-muted">Missed, not sent</span>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
