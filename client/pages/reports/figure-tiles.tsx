import { costPerReply, deliveryRate, FIGURE_HELP, FIGURES, type Figure } from "@smscrm/core/reports/figures";
import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { Report } from "../../data/reports/reports.ts";
import { mayOpen } from "../../shell/pages-list.ts";
import { useMe } from "../../shell/session-context.tsx";
import { formatCount, formatMoney, formatShare } from "../../ui/words/format.ts";
import { changeWords, FIGURE_WORDS, messagesOf } from "./report-words.ts";

/** The totals of the period, each with its change. A count opens the messages that it counts. */
export function FigureTiles(props: { report: Report }): JSX.Element {
  const me = useMe();
  const money = (micros: number) => formatMoney(micros, me().tenant.currency);
  const rate = () => deliveryRate(props.report.totals);
  const rateBefore = () => deliveryRate(props.report.totalsBefore);
  return (
    <ul class="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4 xl:grid-cols-6" aria-label="Totals">
      <For each={FIGURES}>
        {(figure) => (
          <Tile
            label={FIGURE_WORDS[figure]}
            value={formatCount(props.report.totals[figure])}
            help={FIGURE_HELP[figure]}
            note={since(props.report, figure)}
            href={messagesOf(figure, props.report.period)}
          />
        )}
      </For>
      <Tile
        label="Delivery rate"
        value={rate() === null ? "–" : formatShare(rate()!)}
        help={FIGURE_HELP.deliveryRate}
        note={rateBefore() === null ? "Nothing before" : `${formatShare(rateBefore()!)} before`}
      />
      <Show when={props.report.totals.costMicros !== null}>
        <Tile
          label="Cost"
          value={money(props.report.totals.costMicros!)}
          help={FIGURE_HELP.cost}
          note={
            props.report.totals.estimatedMicros
              ? `${money(props.report.totals.estimatedMicros)} of it estimated`
              : "All by the carrier's prices"
          }
        />
        <Tile
          label="Cost per reply"
          value={moneyOr(
            costPerReply({ ...props.report.totals, costMicros: props.report.totals.costMicros! }),
            money,
          )}
          help={FIGURE_HELP.costPerReply}
          note={`${moneyOr(
            costPerReply({ ...props.report.totalsBefore, costMicros: props.report.totalsBefore.costMicros! }),
            money,
          )} before`}
        />
      </Show>
    </ul>
  );
}

const moneyOr = (micros: number | null, money: (micros: number) => string) =>
  micros === null ? "–" : money(micros);

function since({ totals, totalsBefore }: Report, figure: Figure): string {
  const change = changeWords(totals[figure], totalsBefore[figure]);
  return change === null ? "None before" : `${change} · ${formatCount(totalsBefore[figure])} before`;
}

function Tile(props: {
  label: string;
  value: string;
  note: string;
  help: string;
  href?: string;
}): JSX.Element {
  const me = useMe();
  const content = () => (
    <>
      <span class="block text-[0.8125rem] text-muted">{props.label}</span>
      <span class="mt-1 block text-xl font-semibold tracking-tight wrap-anywhere" translate="no">
        {props.value}
      </span>
      <span class="mt-0.5 block text-xs text-muted">{props.note}</span>
    </>
  );
  return (
    <li class="min-w-0" title={props.help}>
      <Show
        when={props.href && mayOpen(me().permissions, "/messages")}
        fallback={<div class={TILE}>{content()}</div>}
      >
        <A href={props.href!} class={`${TILE} hover:border-edge`}>
          {content()}
        </A>
      </Show>
    </li>
  );
}

const TILE = "block h-full rounded-xl border border-line bg-surface p-4 shadow-card";

/** What each figure counts, for those who can't point at one. */
export function FigureHelp(): JSX.Element {
  const entries = [
    ...FIGURES.map((figure) => [FIGURE_WORDS[figure], FIGURE_HELP[figure]] as const),
    ["Delivery rate", FIGURE_HELP.deliveryRate] as const,
    ["Cost", FIGURE_HELP.cost] as const,
    ["Cost per reply", FIGURE_HELP.costPerReply] as const,
  ];
  return (
    <details class="rounded-xl border border-line bg-surface p-5 shadow-card">
      <summary class="cursor-pointer font-semibold">What the figures count</summary>
      <dl class="mt-4 grid gap-x-8 gap-y-3.5 sm:grid-cols-2">
        <For each={entries}>
          {([label, help]) => (
            <div>
              <dt class="text-[0.8125rem] text-muted">{label}</dt>
              <dd class="mt-0.5">{help}</dd>
            </div>
          )}
        </For>
      </dl>
    </details>
  );
}
