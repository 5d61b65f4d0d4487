import type { BudgetFacts, Finding } from "./facts.ts";
import { stepsOf } from "./finding.ts";

const { ok, notice, wrong } = stepsOf("budget");

/**
 * Checks the steps of the runbook: what the budget's row says, what the tenant's limits are, and whether the row can
 * be right.
 */
export function diagnoseBudget(facts: BudgetFacts): Finding[] {
  return [triggerStep(facts), recountStep(facts), limitStep(facts)];
}

function triggerStep({ disabledTriggers }: BudgetFacts): Finding {
  return disabledTriggers.length === 0
    ? ok("The triggers that keep the budget are on.")
    : wrong(
        `The triggers that keep the budget are switched off: ${disabledTriggers.join(", ")}.`,
        "Use the kill switch now. Switch them on (ALTER TABLE … ENABLE TRIGGER …), then set the spent figures from a recount.",
      );
}

/** The sum of today's submissions is a lower bound. The row can be below it only if someone changed it by hand. */
function recountStep({ dailyUsedMicros, recountedMicros }: BudgetFacts): Finding {
  return dailyUsedMicros >= recountedMicros
    ? ok("Today's spent amount covers today's submissions.")
    : wrong(
        `The budget says that ${cents(dailyUsedMicros)} cents are spent or reserved today, but today's submissions add up to ${cents(recountedMicros)}: someone lowered the figure by hand.`,
        `Use the kill switch if no more may be spent. To set it from a recount: UPDATE budgets SET daily_spent_cents = ${cents(recountedMicros)} WHERE tenant_id = '…';`,
      );
}

function limitStep(facts: BudgetFacts): Finding {
  const { dailyBudgetMicros, dailyUsedMicros, monthlyBudgetMicros, monthlyUsedMicros } = facts;
  if (dailyUsedMicros > dailyBudgetMicros || monthlyUsedMicros > monthlyBudgetMicros)
    return notice(
      `More is spent than the budget allows now (day ${cents(dailyUsedMicros)} of ${cents(dailyBudgetMicros)} cents, month ${cents(monthlyUsedMicros)} of ${cents(monthlyBudgetMicros)}): it was lowered after the money was spent.`,
      "Nothing more is sent until the period ends or the budget is raised: Settings → Limits.",
    );
  return ok(
    `Day: ${cents(dailyUsedMicros)} of ${cents(dailyBudgetMicros)} cents. Month: ${cents(monthlyUsedMicros)} of ${cents(monthlyBudgetMicros)}.`,
  );
}

/** Exact, because a cent is 10,000 micros. */
const cents = (micros: number) => String(micros / 10_000);
