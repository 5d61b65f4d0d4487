import { For, type JSX, Show } from "solid-js";
import { type Objective, objectivesQuery } from "../../data/alerts.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import { formatCount } from "../../ui/words/format.ts";
import { budgetWords } from "./alert-words.ts";

/** The service objectives, the result of the last thirty days, and the error budget that is left. */
export function ObjectivesCard(): JSX.Element {
  const query = useQuery(objectivesQuery);
  return (
    <Card title="Objectives" hint="Over the last 30 days, for the whole system." flush>
      <Loaded query={query}>
        {(data) => (
          <ul>
            <For each={data().objectives}>{(objective) => <ObjectiveLine objective={objective} />}</For>
            <li class="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 px-5 py-3">
              <span class="min-w-0">
                <span class="font-medium">Recovery point</span>{" "}
                <span class="text-muted">
                  A restore loses at most {data().recovery.pointHours} hours of work
                </span>
              </span>
              <Show
                when={data().recovery.hours}
                fallback={<span class="text-muted">Nothing to back up yet</span>}
              >
                {(hours) => (
                  <Badge tone={hours() <= data().recovery.pointHours ? "ok" : "danger"}>
                    Last {formatCount(Math.round(hours() * 10) / 10)} h not backed up
                  </Badge>
                )}
              </Show>
            </li>
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

function ObjectiveLine(props: { objective: Objective }): JSX.Element {
  return (
    <li class="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 border-b border-line px-5 py-3">
      <span class="min-w-0">
        <span class="font-medium">{props.objective.title}</span>{" "}
        <span class="text-muted">
          {props.objective.promise}, {Number((props.objective.target * 100).toFixed(2))} % of the time
        </span>
      </span>
      <Show when={props.objective.share !== null} fallback={<span class="text-muted">No data yet</span>}>
        <Badge tone={props.objective.isMet ? "ok" : "danger"}>
          {(props.objective.share! * 100).toFixed(2)} % · {budgetWords(props.objective.budgetLeft!)}
        </Badge>
      </Show>
    </li>
  );
}
