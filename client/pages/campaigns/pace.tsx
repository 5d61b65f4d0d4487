import { createEffect, createSignal, type JSX, on, Show } from "solid-js";
import type { Progress } from "../../data/campaigns.ts";
import { Chart } from "../../ui/chart.tsx";
import { formatCount } from "../../ui/format.ts";
import { Card } from "../../ui/page.tsx";
import { notePace } from "./throughput.ts";

/** How fast it goes, as long as it goes. */
export function Pace(props: { progress: Progress }): JSX.Element {
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
