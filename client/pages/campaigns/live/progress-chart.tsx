import { type JSX, Show } from "solid-js";
import { campaignThroughputQuery, type Progress } from "../../../data/campaigns.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Chart } from "../../../ui/charts/chart.tsx";
import { Card } from "../../../ui/page.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { formatCount } from "../../../ui/words/format.ts";
import { forecastSeries, sentSoFar } from "./burn-up.ts";
import { isOver } from "./progress-groups.ts";

/** Compares the messages sent so far with the forecast from before the launch. */
export function ProgressChart(props: { progress: Progress; endedAt: string | null }): JSX.Element {
  const over = () => isOver(props.progress.status);
  const throughput = useQuery(() => campaignThroughputQuery(props.progress.id, !over()));
  const known = () => throughput.data;
  const ended = () => (over() && props.endedAt ? new Date(props.endedAt) : null);
  const sent = () => sentSoFar(known()?.points ?? [], over() ? ended() : new Date(props.progress.at));
  const forecast = () => forecastSeries(known()?.forecast ?? null, ended());
  const foreseen = () => known()?.forecast?.curve.at(-1)?.sent ?? 0;
  return (
    <Show when={sent().at.length > 0}>
      <Card
        title="Sent vs forecast"
        hint={
          <Show when={known()?.forecast} fallback="There is no forecast from before the launch.">
            {(stored) => (
              <>
                Forecast made <Moment at={stored().evaluatedAt} />. Expected finish:{" "}
                <Moment at={stored().finishAt} none="unknown" />
              </>
            )}
          </Show>
        }
      >
        <Chart
          series={sent()}
          label="sent"
          compared={forecast() ? { series: forecast()!, label: "forecast" } : undefined}
          summary={`${formatCount(sent().values.at(-1) ?? 0)} sent${over() ? "" : " so far"}. The forecast is ${formatCount(foreseen())} in total.`}
        />
      </Card>
    </Show>
  );
}
