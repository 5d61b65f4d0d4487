import type { BudgetPeriod } from "../time/budget-period.ts";

/** A budget's money for the tenant's current local day and month, or for later ones that it has already spent from. */
export interface BudgetStatus extends BudgetPeriod {
  dailyBudgetMicros: number;
  dailySpentMicros: number;
  dailyReservedMicros: number;
  monthlyBudgetMicros: number;
  monthlySpentMicros: number;
  monthlyReservedMicros: number;
  dayResetsAt: Date;
  monthResetsAt: Date;
}
