import { For, type JSX, Show } from "solid-js";
import { objectivesQuery, type Standing } from "../../data/alerts.ts";
import { useQuery } from "../../data/use-query.ts";
import { formatCount } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import { budgetWords } from "./alert-words.ts";

/** What is promised, how it stands over the last thirty days, and how much of what may go wrong is left. */
export function ObjectivesCard(): JSX.Element {
  const query = useQuery(objectivesQuery);
  return (
    <Card title="Objectives" hint="Over the last 30 days, for the whole system." flush>
      <Loaded query={query}>
        {(data) => (
          <ul>
            <For each={data().objectives}>{(objective) => <Objective objective={objective} />}</For>
            <li class="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 px-5 py-3">
              <span class="min-w-0">
                <span class="font-medium">Recovery point</span>{" "}
                <span class="text-muted">At most {data().recovery.pointHours} hours of work lost</span>
              </span>
              <Show
                when={data().recovery.hours}
                fallback={<span class="text-muted">Nothing to lose yet</span>}
              >
                {(hours) => (
                  <Badge tone={hours() <= data().recovery.pointHours ? "ok" : "danger"}>
                    {formatCount(Math.round(hours() * 10) / 10)} h are in no backup
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

function Objective(props: { objective: Standing }): JSX.Element {
  return (
    <li class="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 border-b border-line px-5 py-3">
      <span class="min-w-0">
        <span class="font-medium">{props.objective.title}</span>{" "}
        <span class="text-muted">
          {props.objective.promise}, {Number((props.objective.target * 100).toFixed(2))} % of the time
        </span>
      </span>
      <Show
        when={props.objective.share !== null}
        fallback={<span class="text-muted">Nothing measured yet</span>}
      >
        <Badge tone={props.objective.isMet ? "ok" : "danger"}>
          {(props.objective.share! * 100).toFixed(2)} % · {budgetWords(props.objective.budgetLeft!)}
        </Badge>
      </Show>
    </li>
  );
}
