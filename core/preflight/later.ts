import type { BudgetStatus } from "../price/budget.ts";
import { sentOnDay, warmUpLimit } from "../send/warm-up.ts";
import { budgetPeriod, dayResetsAt, localDay, monthResetsAt, stillCounts } from "../time/budget-period.ts";
import type { NumberToday } from "./allowances.ts";

/** Returns the budget as it will be at a later time, if nothing else is sent until then. */
export function budgetAt(budget: BudgetStatus, timezone: string, at: Date): BudgetStatus {
  const counts = stillCounts(budget, budgetPeriod(timezone, at));
  return {
    ...budget,
    ...(!counts.day && { dailySpentMicros: 0, dailyReservedMicros: 0 }),
    ...(!counts.month && { monthlySpentMicros: 0, monthlyReservedMicros: 0 }),
    dayResetsAt: dayResetsAt(timezone, at),
    monthResetsAt: monthResetsAt(timezone, at),
  };
}

/**
 * Returns the numbers as they will be on a later day: further in their warm-up, with nothing sent. A tenant that has
 * moved to where it is still yesterday may have sent on that day already.
 */
export function numbersAt<Number extends NumberToday>(
  numbers: readonly Number[],
  timezone: string,
  now: Date,
  at: Date,
): readonly Number[] {
  const day = localDay(timezone, at);
  if (day <= localDay(timezone, now)) return numbers;
  return numbers.map((number) => ({
    ...number,
    sentToday: sentOnDay(number, day),
    warmUpLimitToday:
      number.warmUpSchedule && number.warmUpStartedOn
        ? warmUpLimit(number.warmUpSchedule, number.warmUpStartedOn, day)
        : null,
  }));
}
