import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { RuleChangePage, Tally } from "../../data/rules/rules.ts";
import { countOf, countryName, formatCount } from "../../ui/words/format.ts";
import { reasonWords } from "../../ui/words/reasons.ts";
import { type Part, partsOf, resultSentence, unknownLines } from "./rule-words.ts";

/** A replay's result in words, with its parts and samples. */
export function Result(props: {
  tally: Tally;
  period: string;
  campaigns: RuleChangePage["campaigns"];
}): JSX.Element {
  const campaign = (id: string) => props.campaigns.find((one) => one.id === id);
  const changes = () => props.tally.held + props.tally.letThrough > 0;
  return (
    <div class="grid gap-5">
      <Summary counts={props.tally} period={props.period} />
      <Show when={changes()}>
        <ByReason parts={props.tally.byReason} />
        <Parts
          title="By country"
          parts={partsOf(props.tally.byCountry)}
          name={({ key }) => (key === "unknown" ? "Unknown" : countryName(key))}
        />
        <Parts
          title="By campaign"
          parts={partsOf(props.tally.byCampaign)}
          others={props.tally.otherCampaigns}
          name={({ key }) => (
            <Show when={campaign(key)} fallback="A campaign">
              {(known) => (
                <Show when={known().isCampaign} fallback={known().name}>
                  <A href={`/campaigns/${key}`} class="text-accent hover:underline">
                    {known().name}
                  </A>
                </Show>
              )}
            </Show>
          )}
        />
        <Samples title="Messages that would have been held" ids={props.tally.samples.held} />
        <Samples title="Messages that would have gone" ids={props.tally.samples.letThrough} />
      </Show>
    </div>
  );
}

/** A replay's result in one sentence, with what could not be replayed. */
export function Summary(props: {
  counts: Pick<Tally, "held" | "letThrough" | "decisions" | "otherwise" | "unknown">;
  period: string;
}): JSX.Element {
  const unknown = () => unknownLines(props.counts.unknown);
  return (
    <div class="grid gap-1.5">
      <p class="text-[0.9375rem] font-medium">{resultSentence(props.counts, props.period)}</p>
      <Show when={props.counts.decisions > 0}>
        <p class="text-muted">
          {countOf(props.counts.decisions, "decision")} compared.
          <Show when={props.counts.otherwise > 0}>
            {" "}
            {countOf(props.counts.otherwise, "message")} would have waited for another reason or until another
            time.
          </Show>
        </p>
      </Show>
      <Show when={unknown().length > 0}>
        <div class="text-warn">
          <p>Some decisions can’t be replayed, and are not counted:</p>
          <ul class="list-disc pl-5">
            <For each={unknown()}>{(line) => <li>{line}</li>}</For>
          </ul>
        </div>
      </Show>
    </div>
  );
}

export function ByReason(props: { parts: Tally["byReason"] }): JSX.Element {
  return <Parts title="By reason" parts={partsOf(props.parts)} name={({ key }) => reasonWords(key)} />;
}

const SHOWN_MAX = 10;

function Parts(props: {
  title: string;
  parts: readonly Part[];
  others?: Tally["otherCampaigns"];
  name: (part: Part) => JSX.Element;
}): JSX.Element {
  const rest = () =>
    props.parts.slice(SHOWN_MAX).reduce(
      (sum, { held, letThrough }) => ({
        held: sum.held + held,
        letThrough: sum.letThrough + letThrough,
      }),
      props.others ?? { held: 0, letThrough: 0 },
    );
  return (
    <table class="w-full table-fixed border-collapse">
      <caption class="pb-1 text-left font-medium">{props.title}</caption>
      <thead>
        <tr class="border-b border-line text-xs text-muted">
          <th scope="col" class="py-1.5 text-left font-medium">
            <span class="sr-only">Part</span>
          </th>
          <th scope="col" class="w-20 py-1.5 text-right font-medium">
            Held
          </th>
          <th scope="col" class="w-24 py-1.5 text-right font-medium">
            Let through
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={props.parts.slice(0, SHOWN_MAX)}>
          {(part) => <Line name={props.name(part)} held={part.held} letThrough={part.letThrough} />}
        </For>
        <Show when={rest().held + rest().letThrough > 0}>
          <Line name="All others" held={rest().held} letThrough={rest().letThrough} />
        </Show>
      </tbody>
    </table>
  );
}

function Line(props: { name: JSX.Element; held: number; letThrough: number }): JSX.Element {
  return (
    <tr class="border-b border-line last:border-0">
      <th scope="row" class="py-1.5 text-left font-normal wrap-anywhere">
        {props.name}
      </th>
      <td class="py-1.5 text-right tabular-nums">{formatCount(props.held)}</td>
      <td class="py-1.5 text-right tabular-nums">{formatCount(props.letThrough)}</td>
    </tr>
  );
}

function Samples(props: { title: string; ids: readonly string[] }): JSX.Element {
  return (
    <Show when={props.ids.length > 0}>
      <div>
        <p class="font-medium">{props.title}</p>
        <p class="mt-1 flex flex-wrap gap-x-4 gap-y-1">
          <For each={props.ids}>
            {(id, at) => (
              <A href={`/messages/${id}`} class="text-accent hover:underline">
                Message {at() + 1}
              </A>
            )}
          </For>
        </p>
      </div>
    </Show>
  );
}
