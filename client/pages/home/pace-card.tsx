import { createMemo, type JSX, Show } from "solid-js";
import type { Summary } from "../../data/home.ts";
import { Chart } from "../../ui/chart.tsx";
import { formatCount, formatShare } from "../../ui/format.ts";
import { Card } from "../../ui/page.tsx";
import { minutesOf } from "./minutes.ts";

/** How much goes a minute, over the last hour, and how much of it arrives. */
export function PaceCard(props: { summary: Summary }): JSX.Element {
  const series = createMemo(() => minutesOf(props.summary.pace, new Date(props.summary.at)));
  const last = () => series().values.at(-1) ?? 0;
  const sum = (of: (point: Summary["pace"][number]) => number) =>
    props.summary.pace.reduce((total, point) => total + of(point), 0);
  const settled = () => sum((point) => point.delivered + point.undelivered);
  return (
    <Card
      title="Messages a minute"
      hint="Handed to the carrier in the last hour"
      actions={
        <dl class="flex gap-6 text-right">
          <Figure term="Last minute" value={formatCount(last())} />
          <Figure
            term="Delivery rate"
            value={settled() > 0 ? formatShare(sum((point) => point.delivered) / settled()) : "–"}
          />
        </dl>
      }
    >
      <Show
        when={sum((point) => point.handedOver) > 0}
        fallback={<p class="text-muted">Nothing was handed over in the last hour.</p>}
      >
        <Chart
          series={series()}
          label="a minute"
          stepped
          summary={`${formatCount(last())} messages in the last minute, ${formatCount(sum((point) => point.handedOver))} in the last hour.`}
        />
      </Show>
    </Card>
  );
}

function Figure(props: { term: string; value: string }): JSX.Element {
  return (
    <div>
      <dt class="text-xs text-muted">{props.term}</dt>
      <dd class="text-lg leading-tight font-semibold tracking-tight">{props.value}</dd>
    </div>
  );
}
