import { createMemo, type JSX, Show } from "solid-js";
import type { Summary } from "../../data/home.ts";
import { Chart } from "../../ui/charts/chart.tsx";
import { Card } from "../../ui/page.tsx";
import { countOf, formatCount, formatShare } from "../../ui/words/format.ts";
import { minutesOf } from "./minutes.ts";

/** Messages per minute over the last hour, and the share that was delivered. */
export function ThroughputCard(props: { summary: Summary }): JSX.Element {
  const series = createMemo(() => minutesOf(props.summary.pace, new Date(props.summary.at)));
  const last = () => series().values.at(-1) ?? 0;
  const sum = (of: (point: Summary["pace"][number]) => number) =>
    props.summary.pace.reduce((total, point) => total + of(point), 0);
  const settled = () => sum((point) => point.delivered + point.undelivered);
  return (
    <Card
      title="Messages per minute"
      hint="Sent in the last hour"
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
        when={sum((point) => point.submitted) > 0}
        fallback={<p class="text-muted">Nothing was sent in the last hour.</p>}
      >
        <Chart
          series={series()}
          label="per minute"
          stepped
          summary={`${countOf(last(), "message")} in the last minute, ${formatCount(sum((point) => point.submitted))} in the last hour.`}
        />
      </Show>
    </Card>
  );
}

function Figure(props: { term: string; value: string }): JSX.Element {
  return (
    <div>
      <dt class="text-xs text-muted">{props.term}</dt>
      <dd class="text-lg leading-tight font-semibold tracking-tight" translate="no">
        {props.value}
      </dd>
    </div>
  );
}
