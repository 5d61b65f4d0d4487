import { For, type JSX, Show } from "solid-js";
import type { Preflight } from "../../data/campaigns.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Chart } from "../../ui/chart.tsx";
import { countOf, formatCount, formatMoney, formatShare } from "../../ui/format.ts";
import { Parts } from "../../ui/meter.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Card, Notice } from "../../ui/page.tsx";
import { gateWords, reasonWords } from "../../ui/reasons.ts";
import { FILLS } from "../../ui/status.tsx";
import { DearerCard } from "./dearer-card.tsx";
import { curveOf, totalsOf, warningsBeside } from "./preflight-totals.ts";

type Tone = keyof typeof FILLS;

/** Who gets it now, who later, who not, and why; what it costs and when it is done. */
export function PreflightView(props: { preflight: Preflight }): JSX.Element {
  const totals = () => totalsOf(props.preflight);
  return (
    <>
      <Advice preflight={props.preflight} />
      <Card>
        <div class="grid gap-5 sm:grid-cols-3">
          <Figure tone="ok" label="Will go now" count={totals().now} of={props.preflight.audience} />
          <Figure tone="warn" label="Will wait" count={totals().waits} of={props.preflight.audience} />
          <Figure tone="danger" label="Refused" count={totals().refused} of={props.preflight.audience} />
        </div>
        <div class="mt-4">
          <Parts
            parts={[
              { label: "Will go now", count: totals().now, tone: "ok" },
              { label: "Will wait", count: totals().waits, tone: "warn" },
              { label: "Refused", count: totals().refused, tone: "danger" },
            ]}
          />
          <p class="mt-2 text-[0.8125rem] text-muted">
            {formatCount(totals().now)} + {formatCount(totals().waits)} + {formatCount(totals().refused)} ={" "}
            {countOf(props.preflight.audience, "person", "people")} in the audience
          </p>
        </div>
      </Card>
      <div class="grid gap-6 md:grid-cols-2">
        <CostCard preflight={props.preflight} />
        <FinishCard preflight={props.preflight} />
      </div>
      <DearerCard preflight={props.preflight} />
      <Show when={props.preflight.waits.length > 0}>
        <Waits preflight={props.preflight} />
      </Show>
      <Show when={props.preflight.refused.length > 0}>
        <Refused preflight={props.preflight} />
      </Show>
    </>
  );
}

/** What to look at before launching, in one place. */
function Advice(props: { preflight: Preflight }): JSX.Element {
  const warnings = () => warningsBeside(props.preflight);
  return (
    <Show when={warnings().length + props.preflight.missing.length > 0}>
      <Notice tone="warn" title="Before you launch">
        <ul class="mt-1 grid list-disc gap-1 pl-4">
          <For each={props.preflight.missing}>
            {(missing) => (
              <li>
                {countOf(missing.contacts, "person has", "people have")} no {missing.field}: they do not get
                this text unless the field has a fallback, for example{" "}
                <code>{`{{${missing.field}|there}}`}</code>.
              </li>
            )}
          </For>
          <For each={warnings()}>{(warning) => <li>{warning}</li>}</For>
        </ul>
      </Notice>
    </Show>
  );
}

function Figure(props: { tone: Tone; label: string; count: number; of: number }): JSX.Element {
  return (
    <div>
      <p class="flex items-center gap-2 text-muted">
        <span class={`size-2 rounded-full ${FILLS[props.tone]}`} aria-hidden="true" />
        {props.label}
      </p>
      <p class="mt-1 flex items-baseline gap-2">
        <span class="text-3xl font-semibold tracking-tight">{formatCount(props.count)}</span>
        <Show when={props.of > 0}>
          <span class="text-muted">{formatShare(props.count / props.of)}</span>
        </Show>
      </p>
    </div>
  );
}

function CostCard(props: { preflight: Preflight }): JSX.Element {
  const me = useMe();
  const money = (micros: number) => formatMoney(micros, me().tenant.currency);
  return (
    <Card title="Cost">
      <p class="text-3xl font-semibold tracking-tight">{money(props.preflight.cost.likelyMicros)}</p>
      <p class="mt-1 text-muted">
        <Show
          when={props.preflight.cost.lowMicros < props.preflight.cost.highMicros}
          fallback="Every text was measured as it will be sent"
        >
          between {money(props.preflight.cost.lowMicros)} and {money(props.preflight.cost.highMicros)}
        </Show>
      </p>
      <p class="mt-3 text-[0.8125rem] text-muted">
        {countOf(props.preflight.segments.total, "segment")} in all:{" "}
        {countOf(props.preflight.segments.gsm7, "text")} in GSM-7
        <Show when={props.preflight.segments.ucs2 > 0}>
          , {formatCount(props.preflight.segments.ucs2)} in UCS-2, where a segment holds less
        </Show>
      </p>
    </Card>
  );
}

function FinishCard(props: { preflight: Preflight }): JSX.Element {
  const series = () => curveOf(props.preflight.curve);
  return (
    <Card title="Finishes">
      <p class="text-3xl font-semibold tracking-tight">
        <Moment at={props.preflight.finishAt} none="Not known" />
      </p>
      <Show
        when={series().at.length > 1}
        fallback={
          <p class="mt-1 text-muted">
            {props.preflight.finishAt
              ? "Within moments of the launch."
              : "It depends on something that nobody can foresee, such as a paused switch."}
          </p>
        }
      >
        <div class="mt-3">
          <Chart
            series={series()}
            label="sent"
            stepped
            summary={`${formatCount(series().values.at(-1) ?? 0)} messages are sent by the end.`}
          />
        </div>
      </Show>
    </Card>
  );
}

const CELL = "border-b border-line px-5 py-3 align-top";
const HEAD = "border-b border-line px-5 py-2.5 text-xs font-medium text-muted";

function Waits(props: { preflight: Preflight }): JSX.Element {
  return (
    <Card title="Will wait" hint="They go by themselves as soon as the reason is gone" flush>
      <table class="w-full">
        <caption class="sr-only">Messages that will wait, by reason</caption>
        <thead>
          <tr class="text-left">
            <th class={HEAD}>Why</th>
            <th class={`hidden sm:table-cell ${HEAD}`}>First goes</th>
            <th class={`hidden sm:table-cell ${HEAD}`}>Last goes</th>
            <th class={`text-right ${HEAD}`}>People</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.preflight.waits}>
            {(wait) => (
              <tr>
                <td class={CELL}>
                  <span class="font-medium">{reasonWords(wait.reason)}</span>
                  <span class="block text-[0.8125rem] text-muted">{gateWords(wait.gate)}</span>
                  <span class="block text-[0.8125rem] text-muted sm:hidden">
                    <Moment at={wait.earliest} /> to <Moment at={wait.latest} />
                  </span>
                </td>
                <td class={`hidden sm:table-cell ${CELL}`}>
                  <Moment at={wait.earliest} none="Not known" />
                </td>
                <td class={`hidden sm:table-cell ${CELL}`}>
                  <Moment at={wait.latest} none="Not known" />
                </td>
                <td class={`text-right ${CELL}`}>{formatCount(wait.count)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Card>
  );
}

function Refused(props: { preflight: Preflight }): JSX.Element {
  return (
    <Card title="Refused" hint="They do not get this campaign, and cost nothing" flush>
      <table class="w-full">
        <caption class="sr-only">Messages that are refused, by reason</caption>
        <thead>
          <tr class="text-left">
            <th class={HEAD}>Why</th>
            <th class={`hidden md:table-cell ${HEAD}`}>For example</th>
            <th class={`text-right ${HEAD}`}>People</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.preflight.refused}>
            {(refusal) => (
              <tr>
                <td class={CELL}>
                  <span class="font-medium">{reasonWords(refusal.reason)}</span>
                  <span class="block text-[0.8125rem] text-muted">{gateWords(refusal.gate)}</span>
                </td>
                <td class={`hidden max-w-md text-[0.8125rem] md:table-cell ${CELL}`}>
                  <Show when={refusal.example}>
                    {(example) => (
                      <>
                        {example().sentence}{" "}
                        <a href={`/contacts/${example().contactId}`} class="text-accent underline">
                          See the contact
                        </a>
                      </>
                    )}
                  </Show>
                </td>
                <td class={`text-right ${CELL}`}>{formatCount(refusal.count)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Card>
  );
}
