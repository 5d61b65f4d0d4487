import { dayResetsAt, localDay, localMonth, monthResetsAt } from "@smscrm/core/budget-period";
import { warmUpLimit } from "@smscrm/core/warm-up";
import type { SendingNumber } from "@smscrm/db/numbers";
import type { BudgetStatus } from "@smscrm/db/settings";

/** The money as it will stand at a later moment, if nothing else is sent until then. */
export function budgetAt(budget: BudgetStatus, timezone: string, at: Date): BudgetStatus {
  const day = localDay(timezone, at);
  const month = localMonth(timezone, at);
  return {
    ...budget,
    day,
    month,
    ...(day > budget.day && { dailySpentMicros: 0, dailyReservedMicros: 0 }),
    ...(month > budget.month && { monthlySpentMicros: 0, monthlyReservedMicros: 0 }),
    dayResetsAt: dayResetsAt(timezone, at),
    monthResetsAt: monthResetsAt(timezone, at),
  };
}

/** The numbers on a later day: further in their warm-up, with nothing sent yet. */
export function numbersAt(
  numbers: readonly SendingNumber[],
  timezone: string,
  now: Date,
  at: Date,
): readonly SendingNumber[] {
  const day = localDay(timezone, at);
  if (day <= localDay(timezone, now)) return numbers;
  return numbers.map((number) => ({
    ...number,
    sentToday: 0,
    warmUpLimitToday:
      number.warmUpSchedule && number.warmUpStartedOn
        ? warmUpLimit(number.warmUpSchedule, number.warmUpStartedOn, day)
        : null,
  }));
}
