import { For, type JSX, Show } from "solid-js";
import type { Budget } from "../../data/settings.ts";
import { Meter } from "../../ui/charts/meter.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { formatMoney } from "../../ui/words/format.ts";
import { figuresOf } from "../budgets/period.ts";

/** What is spent and reserved of the daily and the monthly budget, and when each resets. */
export function BudgetBars(props: { budget: Budget; currency: string }): JSX.Element {
  const money = (micros: number) => formatMoney(micros, props.currency);
  const rows = () => [
    { label: "Today", ...figuresOf(props.budget, "day") },
    { label: "This month", ...figuresOf(props.budget, "month") },
  ];
  return (
    <div class="grid gap-5">
      <For each={rows()}>
        {(row) => (
          <div class="grid gap-1.5">
            <div class="flex flex-wrap items-baseline justify-between gap-x-3">
              <span class="font-medium">{row.label}</span>
              <span translate="no">
                {money(row.spent)} <span class="text-muted">of {money(row.limit)}</span>
              </span>
            </div>
            <Meter
              label={`Budget: ${row.label}`}
              used={row.spent}
              reserved={row.reserved}
              limit={row.limit}
              text={`${money(row.spent)} spent and ${money(row.reserved)} reserved of ${money(row.limit)}`}
            />
            <p class="text-[0.8125rem] text-muted" translate="no">
              <Show when={row.reserved > 0}>{money(row.reserved)} reserved · </Show>
              {money(Math.max(0, row.limit - row.spent - row.reserved))} left · resets{" "}
              <Moment at={row.resetsAt} />
            </p>
          </div>
        )}
      </For>
    </div>
  );
}
