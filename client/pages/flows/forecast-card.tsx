import { For, type JSX, Show } from "solid-js";
import { type FlowForecast, type FlowPage, flowForecastQuery } from "../../data/campaigns/flows.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Card, Fact, Facts } from "../../ui/page.tsx";
import { countOf, formatCount, formatMoney } from "../../ui/words/format.ts";

/** Thirty days of the flow before it goes live. */
export function ForecastCard(props: { flow: FlowPage; denied: string | undefined }): JSX.Element {
  const denied = useDenied();
  const query = useQuery(() => flowForecastQuery(props.flow.id, props.flow.updatedAt));
  return (
    <Card
      title="Simulation of 30 days"
      hint="With the checks of consent, hours and caps, and today's prices."
    >
      <div class="grid gap-4">
        <Show when={query.data}>{(data) => <Figures forecast={data()} />}</Show>
        <FormProblem text={query.isError ? sentenceOf(query.error) : undefined} />
        <Button
          icon="play"
          pending={query.isFetching}
          denied={denied("campaigns.write") ?? props.denied}
          onClick={() => void query.refetch()}
        >
          {query.data ? "Simulate again" : "Simulate"}
        </Button>
      </div>
    </Card>
  );
}

const range = (low: number, high: number, words: (value: number) => string) =>
  low === high ? words(low) : `${words(Math.min(low, high))} to ${words(Math.max(low, high))}`;

function Figures(props: { forecast: FlowForecast }): JSX.Element {
  const both = (read: (run: FlowForecast["silent"]) => number, words: (value: number) => string) =>
    range(read(props.forecast.silent), read(props.forecast.replied), words);
  const counts = (kind: "held" | "refused") => Object.entries(props.forecast.silent[kind]);
  const busiest = () => Math.max(0, ...props.forecast.silent.days.map(({ messages }) => messages));
  const perDay = () => Math.max(0, ...props.forecast.silent.days.map(({ entered }) => entered));
  return (
    <>
      <Facts>
        <Fact term={props.forecast.from === "unknown" ? "People looked at" : "People who enter"}>
          {countOf(props.forecast.entering, "person", "people")}
          <Show when={props.forecast.sampled < props.forecast.entering}>
            {" "}
            ({formatCount(props.forecast.sampled)} simulated)
          </Show>
        </Fact>
        <Fact term="Most who enter on one day">{formatCount(perDay())}</Fact>
        <Fact term="Messages">{both((run) => run.messages, formatCount)}</Fact>
        <Fact term="Most messages on one day">{formatCount(busiest())}</Fact>
        <Fact term="Estimated cost">
          {both(
            (run) => run.costMicros,
            (micros) => formatMoney(micros, "USD"),
          )}
        </Fact>
        <For each={counts("held")}>
          {([reason, count]) => <Fact term={`Wait: ${reason}`}>{countOf(count, "message")}</Fact>}
        </For>
        <For each={counts("refused")}>
          {([reason, count]) => <Fact term={`Not sent: ${reason}`}>{countOf(count, "message")}</Fact>}
        </For>
      </Facts>
      <div class="text-[0.8125rem] text-muted">
        <p class="font-medium">What it can't know</p>
        <ul class="list-disc pl-5">
          <For each={props.forecast.unknown}>{(sentence) => <li>{sentence}</li>}</For>
        </ul>
      </div>
    </>
  );
}
