import { type JSX, Show } from "solid-js";
import { campaignPaceQuery, type Progress } from "../../data/campaigns.ts";
import { useQuery } from "../../data/use-query.ts";
import { Chart } from "../../ui/chart.tsx";
import { formatCount } from "../../ui/format.ts";
import { Moment } from "../../ui/moment.tsx";
import { Card } from "../../ui/page.tsx";
import { foreseen, sentSoFar } from "./burn-up.ts";
import { isOver } from "./progress-groups.ts";

/** What was handed over by when, against what the check before the launch foresaw. */
export function ProgressChart(props: { progress: Progress }): JSX.Element {
  const over = () => isOver(props.progress.status);
  const pace = useQuery(() => campaignPaceQuery(props.progress.id, !over()));
  const known = () => (pace.isPending ? undefined : pace.data);
  const sent = () => sentSoFar(known()?.points ?? [], over() ? null : new Date(props.progress.at));
  const forecast = () => foreseen(known()?.forecast ?? null);
  return (
    <Show when={sent().at.length > 0}>
      <Card
        title="Handed over, against the forecast"
        hint={
          <Show when={known()?.forecast} fallback="No check was kept from before the launch.">
            {(kept) => (
              <>
                Foreseen at <Moment at={kept().evaluatedAt} />: done by{" "}
                <Moment at={kept().finishAt} none="an unknown time" />
              </>
            )}
          </Show>
        }
      >
        <Chart
          series={sent()}
          label="handed over"
          compared={forecast() ? { series: forecast()!, label: "forecast" } : undefined}
          summary={`${formatCount(sent().values.at(-1) ?? 0)} handed over so far; ${formatCount(forecast()?.values.at(-1) ?? 0)} were foreseen in all.`}
        />
      </Card>
    </Show>
  );
}
