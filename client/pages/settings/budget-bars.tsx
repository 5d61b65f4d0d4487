import { For, type JSX, Show } from "solid-js";
import type { Budget } from "../../data/settings.ts";
import { formatMoney } from "../../ui/format.ts";
import { Meter } from "../../ui/meter.tsx";
import { Moment } from "../../ui/moment.tsx";

/** What is spent and reserved of the day's and the month's budget, and when each begins anew. */
export function BudgetBars(props: { budget: Budget; currency: string }): JSX.Element {
  const money = (micros: number) => formatMoney(micros, props.currency);
  const rows = () => [
    {
      label: "Today",
      spent: props.budget.dailySpentMicros,
      reserved: props.budget.dailyReservedMicros,
      limit: props.budget.dailyBudgetMicros,
      resetsAt: props.budget.dayResetsAt,
    },
    {
      label: "This month",
      spent: props.budget.monthlySpentMicros,
      reserved: props.budget.monthlyReservedMicros,
      limit: props.budget.monthlyBudgetMicros,
      resetsAt: props.budget.monthResetsAt,
    },
  ];
  return (
    <div class="grid gap-5">
      <For each={rows()}>
        {(row) => (
          <div class="grid gap-1.5">
            <div class="flex flex-wrap items-baseline justify-between gap-x-3">
              <span class="font-medium">{row.label}</span>
              <span>
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
            <p class="text-[0.8125rem] text-muted">
              <Show when={row.reserved > 0}>{money(row.reserved)} reserved · </Show>
              {money(Math.max(0, row.limit - row.spent - row.reserved))} left · begins anew{" "}
              <Moment at={row.resetsAt} />
            </p>
          </div>
        )}
      </For>
    </div>
  );
}
