import type { Budget } from "../../data/settings.ts";

export type Period = "day" | "month";
export const PERIOD_ADJECTIVE: Record<Period, string> = { day: "daily", month: "monthly" };

/** Returns a period's budget, what is spent and reserved of it, and when it resets. */
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
