import { createEffect, createSignal, type JSX, on, Show } from "solid-js";
import type { Progress } from "../../../data/campaigns.ts";
import { Chart } from "../../../ui/charts/chart.tsx";
import { Card } from "../../../ui/page.tsx";
import { countOf } from "../../../ui/words/format.ts";
import { isOver } from "./progress-groups.ts";
import { recordThroughput } from "./throughput.ts";

/** A chart of the speed while the campaign sends. It stops with the campaign. */
export function ThroughputCard(props: { progress: Progress }): JSX.Element {
  const [series, setSeries] = createSignal(recordThroughput(props.progress.id, 0, 0));
  const over = () => isOver(props.progress.status);
  createEffect(
    on(
      () => props.progress.at,
      () =>
        over() ||
        setSeries(
          recordThroughput(
            props.progress.id,
            new Date(props.progress.at).getTime(),
            props.progress.ratePerSecond,
          ),
        ),
    ),
  );
  return (
    <Show when={series().at.length > 1 && series().values.some((value) => value > 0)}>
      <Card title="Messages per second" hint="Sent since you opened this page">
        <Chart
          series={series()}
          label="per second"
          summary={
            over()
              ? "The campaign has ended."
              : `Currently ${countOf(Math.round(props.progress.ratePerSecond), "message")} per second.`
          }
        />
      </Card>
    </Show>
  );
}
