import { A } from "@solidjs/router";
import type { JSX } from "solid-js";
import type { Summary } from "../../data/home.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Card } from "../../ui/page.tsx";
import { BudgetBars } from "../settings/budget-bars.tsx";

export function BudgetCard(props: { summary: Summary }): JSX.Element {
  const me = useMe();
  return (
    <Card
      title="Budget"
      actions={
        <A href="/budgets" class="text-accent hover:underline">
          Budgets
        </A>
      }
    >
      <BudgetBars budget={props.summary.budget} currency={me().tenant.currency} />
    </Card>
  );
}
