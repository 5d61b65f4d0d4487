import { createSignal, For, type JSX, Show } from "solid-js";
import { type ReplyTimes, replyTimesQuery } from "../../../data/inbox/team.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card } from "../../../ui/page.tsx";
import { formatCount, formatDuration } from "../../../ui/words/format.ts";

type Figures = NonNullable<ReplyTimes["all"]>;
const PERIODS = [7, 30] as const;

/** How long people wait for a first reply: of all, and of each member and team. */
export function ReplyTimesSection(): JSX.Element {
  const [days, setDays] = createSignal<7 | 30>(7);
  const query = useQuery(() => replyTimesQuery(days()));
  return (
    <Card
      title="Reply times"
      hint="From the first text that nobody had answered to the first reply. Half of the people waited at most the median, nine in ten at most the 90%."
      actions={
        <fieldset class="flex gap-1">
          <legend class="sr-only">Period</legend>
          <For each={PERIODS}>
            {(period) => (
              <button
                type="button"
                aria-pressed={days() === period}
                onClick={() => setDays(period)}
                class="min-h-7 rounded-full px-2.5 text-[0.8125rem] whitespace-nowrap text-muted hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
              >
                {period} days
              </button>
            )}
          </For>
        </fieldset>
      }
    >
      <Loaded query={query}>
        {(figures) => (
          <Show
            when={figures().all}
            fallback={<p class="text-muted">Nobody has replied to a text in this time.</p>}
          >
            {(all) => (
              <section class="overflow-x-auto" tabindex="0" aria-label="Reply times">
                <table class="w-full text-left text-[0.8125rem]">
                  <thead class="text-muted">
                    <tr>
                      <th class="py-1 pr-3 font-medium">Who</th>
                      <Head>Replies</Head>
                      <Head>Median</Head>
                      <Head>90%</Head>
                      <Head>Median, working hours</Head>
                      <Head>90%, working hours</Head>
                    </tr>
                  </thead>
                  <tbody>
                    <Line name="Everyone" figures={all()} />
                    <For each={figures().teams}>
                      {(team) => <Line name={`Team ${team.name ?? "(removed)"}`} figures={team} />}
                    </For>
                    <For each={figures().members}>
                      {(member) => <Line name={member.name ?? "A former member"} figures={member} />}
                    </For>
                  </tbody>
                </table>
              </section>
            )}
          </Show>
        )}
      </Loaded>
    </Card>
  );
}

const Head = (props: { children: JSX.Element }) => (
  <th class="px-2 py-1 text-right font-medium">{props.children}</th>
);

function Line(props: { name: string; figures: Figures }): JSX.Element {
  const time = (seconds: number) => formatDuration(seconds * 1_000);
  return (
    <tr class="border-t border-line">
      <th class="py-1.5 pr-3 font-medium wrap-anywhere">{props.name}</th>
      <For
        each={[
          formatCount(props.figures.replies),
          ...[
            props.figures.median,
            props.figures.p90,
            props.figures.workingMedian,
            props.figures.workingP90,
          ].map(time),
        ]}
      >
        {(text) => <td class="px-2 py-1.5 text-right whitespace-nowrap tabular-nums">{text}</td>}
      </For>
    </tr>
  );
}
