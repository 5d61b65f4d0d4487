import type { ForecastInput, ForecastSender } from "../campaigns/forecast.ts";
import type { BudgetStatus } from "../price/budget.ts";
import { moneyLeft, type NumberToday, numbersInUse } from "./allowances.ts";

export function forecastInput(
  groups: ForecastInput["groups"],
  numbers: readonly NumberToday[],
  budget: BudgetStatus,
  {
    segmentsPerSecond,
    timezone,
    messagesPerMinute,
  }: { segmentsPerSecond: number; timezone: string; messagesPerMinute: number | null },
  now: Date,
): ForecastInput {
  const { dailyBudgetMicros: dailyMicros, monthlyBudgetMicros: monthlyMicros, localDay, localMonth } = budget;
  return {
    groups,
    senders: numbersInUse(numbers).map(forecastSender),
    tenantSegmentsPerSecond: segmentsPerSecond,
    messagesPerMinute,
    budget: { ...moneyLeft(budget), dailyMicros, monthlyMicros, keptFor: { localDay, localMonth } },
    tenantZone: timezone,
    now,
  };
}

function forecastSender(number: NumberToday): ForecastSender {
  const { country, segmentsPerSecond, warmUpSchedule, warmUpStartedOn, sentToday, sentOn } = number;
  const warmUp =
    warmUpSchedule && warmUpStartedOn
      ? { schedule: warmUpSchedule, startedOn: warmUpStartedOn, sentToday, sentOn }
      : null;
  return { country, segmentsPerSecond, warmUp };
}
