import type { Budget } from "../../data/settings.ts";

export type Period = "day" | "month";

/** Spent and reserved of one period, its budget, and when it begins anew. */
export function figuresOf(budget: Budget, period: Period) {
  return period === "day"
    ? {
        limit: budget.dailyBudgetMicros,
        spent: budget.dailySpentMicros,
        reserved: budget.dailyReservedMicros,
        resetsAt: budget.dayResetsAt,
      }
    : {
        limit: budget.monthlyBudgetMicros,
        spent: budget.monthlySpentMicros,
        reserved: budget.monthlyReservedMicros,
        resetsAt: budget.monthResetsAt,
      };
}
