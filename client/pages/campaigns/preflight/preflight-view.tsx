import { purposeRule } from "@smscrm/core/consent/purposes";
import { For, type JSX, Show } from "solid-js";
import type { Preflight } from "../../../data/campaigns.ts";
import { useMe } from "../../../shell/session-context.tsx";
import { Chart } from "../../../ui/charts/chart.tsx";
import { Parts } from "../../../ui/charts/meter.tsx";
import { Card, Notice } from "../../../ui/page.tsx";
import { FILLS } from "../../../ui/status.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { purposeWords } from "../../../ui/words/consent-words.ts";
import { countOf, formatCount, formatMoney, formatShare } from "../../../ui/words/format.ts";
import { gateWords, reasonWords } from "../../../ui/words/reasons.ts";
import type { Tone } from "../../../ui/words/status-words.ts";
import { AbTestPlanCard } from "../ab-test/plan-card.tsx";
import { FirstPartPlanCard } from "../first-part/plan-card.tsx";
import { passedSentence } from "../timing-words.ts";
import { CostlyValuesCard } from "./costly-values-card.tsx";
import { curveOf, notReached, otherWarnings, startsLater, totalsOf } from "./preflight-totals.ts";
import { TextsCard } from "./texts-card.tsx";

/** The result of the check: how many are sent now, later or not at all, the cost and the finish time. */
export function PreflightView(props: { preflight: Preflight }): JSX.Element {
  const totals = () => totalsOf(props.preflight);
  return (
    <>
      <Advice preflight={props.preflight} />
      <Card>
        <p class="text-pretty">
          <strong class="font-semibold">
            {purposeWords(props.preflight.purpose)}
            <Show when={props.preflight.topic}>{(topic) => <> · {topic()}</>}</Show>.
          </strong>{" "}
          {purposeRule(props.preflight.purpose).allows}
        </p>
      </Card>
      <Card>
        <div class="grid gap-5 sm:grid-cols-3">
          <Figure tone="ok" label="Sent now" count={totals().now} of={props.preflight.audience} />
          <Figure tone="warn" label="Sent later" count={totals().later} of={props.preflight.audience} />
          <Figure tone="danger" label="Not sent" count={totals().refused} of={props.preflight.audience} />
        </div>
        <div class="mt-4">
          <Parts
            parts={[
              { label: "Sent now", count: totals().now, tone: "ok" },
              { label: "Sent later", count: totals().later, tone: "warn" },
              { label: "Not sent", count: totals().refused, tone: "danger" },
            ]}
          />
          <p class="mt-2 text-[0.8125rem] text-muted">
            {formatCount(totals().now)} + {formatCount(totals().later)} + {formatCount(totals().refused)} ={" "}
            {countOf(props.preflight.audience, "contact")} in the audience
          </p>
        </div>
      </Card>
      <div class="grid gap-6 md:grid-cols-2">
        <CostCard preflight={props.preflight} />
        <FinishCard preflight={props.preflight} />
      </div>
      <Show when={props.preflight.abTest}>{(plan) => <AbTestPlanCard plan={plan()} />}</Show>
      {/* Approvals from before there were languages have no such part. */}
      <Show when={(props.preflight.texts?.length ?? 0) > 1 && props.preflight.texts}>
        {(texts) => <TextsCard texts={texts()} />}
      </Show>
      <Show when={props.preflight.firstPart}>{(plan) => <FirstPartPlanCard plan={plan()} />}</Show>
      <CostlyValuesCard preflight={props.preflight} />
      <Show when={props.preflight.waits.length > 0}>
        <Waits preflight={props.preflight} />
      </Show>
      <Show when={props.preflight.refused.length > 0}>
        <Refused preflight={props.preflight} />
      </Show>
    </>
  );
}

/** Warnings to read before the launch. */
function Advice(props: { preflight: Preflight }): JSX.Element {
  const warnings = () => otherWarnings(props.preflight);
  return (
    <Show when={warnings().length + props.preflight.missing.length > 0}>
      <Notice tone="warn" title="Before you launch">
        <ul class="mt-1 grid list-disc gap-1 pl-4">
          <For each={props.preflight.missing}>
            {(missing) => (
              <li>
                {countOf(missing.contacts, "contact has", "contacts have")} no {missing.field} and{" "}
                {missing.contacts === 1 ? "is" : "are"} skipped. Add a fallback to include them, for example{" "}
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
          fallback="Exact: every text was measured as it will be sent"
        >
          between {money(props.preflight.cost.lowMicros)} and {money(props.preflight.cost.highMicros)}
        </Show>
      </p>
      <p class="mt-3 text-[0.8125rem] text-muted">
        {countOf(props.preflight.segments.total, "segment")} in total:{" "}
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
        <Moment at={props.preflight.finishAt} none="Unknown" />
      </p>
      <Show when={startsLater(props.preflight)}>
        {(startAt) => (
          <p class="mt-1">
            The first text goes <Moment at={startAt()} />.
          </p>
        )}
      </Show>
      <Show when={props.preflight.timePassed > 0 && props.preflight.localTime}>
        {(local) => <p class="mt-1">{passedSentence(local(), props.preflight.timePassed)}</p>}
      </Show>
      <Show when={notReached(props.preflight) > 0}>
        <p class="mt-1 text-muted">
          {props.preflight.finishAt ? "Without " : "Not reached: "}
          {countOf(notReached(props.preflight), "contact")}
          {props.preflight.finishAt ? " who are not reached. See “Before you launch”." : "."}
        </p>
      </Show>
      <Show
        when={series().at.length > 1}
        fallback={
          <p class="mt-1 text-muted">
            {props.preflight.finishAt
              ? "A few moments after the launch."
              : "We can’t estimate this, for example while sending is paused."}
          </p>
        }
      >
        <div class="mt-3">
          <Chart
            series={series()}
            label="sent"
            stepped
            summary={`${countOf(series().values.at(-1) ?? 0, "message is", "messages are")} sent in total.`}
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
    <Card
      title="Sent later"
      hint="These are sent automatically once allowed, as fast as your numbers and budget permit."
      flush
    >
      <table class="w-full">
        <caption class="sr-only">Messages that are sent later, by reason</caption>
        <thead>
          <tr class="text-left">
            <th class={HEAD}>Reason</th>
            <th class={`hidden sm:table-cell ${HEAD}`}>First allowed</th>
            <th class={`hidden sm:table-cell ${HEAD}`}>Last allowed</th>
            <th class={`text-right ${HEAD}`}>Contacts</th>
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
                    <Show when={wait.earliest} fallback="No time known">
                      Allowed <Moment at={wait.earliest} /> to <Moment at={wait.latest} />
                    </Show>
                  </span>
                </td>
                <td class={`hidden sm:table-cell ${CELL}`}>
                  <Moment at={wait.earliest} none="Unknown" />
                </td>
                <td class={`hidden sm:table-cell ${CELL}`}>
                  <Moment at={wait.latest} none="Unknown" />
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
    <Card title="Not sent" hint="These contacts don’t get this campaign and cost nothing." flush>
      <table class="w-full">
        <caption class="sr-only">Messages that are not sent, by reason</caption>
        <thead>
          <tr class="text-left">
            <th class={HEAD}>Reason</th>
            <th class={`hidden md:table-cell ${HEAD}`}>Example</th>
            <th class={`text-right ${HEAD}`}>Contacts</th>
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
                          Open contact
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
