import type { BudgetFacts, Finding } from "./facts.ts";
import { stepsOf } from "./finding.ts";

const { ok, notice, wrong } = stepsOf("budget");

/** Runbook: what does the budget's row say, what are the tenant's limits; then whether the row can be right. */
export function diagnoseBudget(facts: BudgetFacts): Finding[] {
  return [triggerStep(facts), recountStep(facts), limitStep(facts)];
}

function triggerStep({ disabledTriggers }: BudgetFacts): Finding {
  return disabledTriggers.length === 0
    ? ok("The triggers that keep the money are on.")
    : wrong(
        `The triggers that keep the money are switched off: ${disabledTriggers.join(", ")}.`,
        "Use the kill switch now. Switch them on (ALTER TABLE … ENABLE TRIGGER …), then set the spent figures from a recount.",
      );
}

/** What today's hand-overs add up to is a lower bound: the row can't be below it, unless somebody wrote to it. */
function recountStep({ dailyUsedMicros, recountedMicros }: BudgetFacts): Finding {
  return dailyUsedMicros >= recountedMicros
    ? ok("What the budget says was spent today covers today's hand-overs.")
    : wrong(
        `The budget says that ${cents(dailyUsedMicros)} cents are spent or reserved today, but today's hand-overs add up to ${cents(recountedMicros)}: the figure was set back by hand.`,
        `Use the kill switch if no more may be spent. To count it again: UPDATE budgets SET daily_spent_cents = ${cents(recountedMicros)} WHERE tenant_id = '…';`,
      );
}

function limitStep(facts: BudgetFacts): Finding {
  const { dailyBudgetMicros, dailyUsedMicros, monthlyBudgetMicros, monthlyUsedMicros } = facts;
  if (dailyUsedMicros > dailyBudgetMicros || monthlyUsedMicros > monthlyBudgetMicros)
    return notice(
      `More is spent than the budget allows now (day ${cents(dailyUsedMicros)} of ${cents(dailyBudgetMicros)} cents, month ${cents(monthlyUsedMicros)} of ${cents(monthlyBudgetMicros)}): it was lowered after the money was spent.`,
      "Nothing more is handed over until the period ends or the budget is raised: Settings → Limits.",
    );
  return ok(
    `Day: ${cents(dailyUsedMicros)} of ${cents(dailyBudgetMicros)} cents. Month: ${cents(monthlyUsedMicros)} of ${cents(monthlyBudgetMicros)}.`,
  );
}

/** Exactly: a hundredth of a cent is a hundred micros. */
const cents = (micros: number) => String(micros / 10_000);
