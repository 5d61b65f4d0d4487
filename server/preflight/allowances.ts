import type { ForecastSender } from "@smscrm/core/forecast";
import type { Allowances, SenderAllowance } from "@smscrm/core/gates/gate";
import type { SendingNumber } from "@smscrm/db/numbers";
import type { BudgetStatus, Settings } from "@smscrm/db/settings";

/**
 * What is there to be used up today: numbers with the rest of their warm-up, and money. The pace is left out (there
 * is always a token), because waiting seconds for one's turn is not waiting; the forecast counts it. Numbers of a
 * country are taken as one, so that a million messages do not look at forty each; names apart, since not every text may go from one.
 */
export function allowancesToday(
  numbers: readonly SendingNumber[],
  budget: BudgetStatus,
  settings: Settings,
): Allowances {
  const byCountry = new Map<string, SenderAllowance>();
  for (const number of active(numbers)) {
    const left = number.warmUpLimitToday === null ? null : number.warmUpLimitToday - number.sentToday;
    const oneWay = number.kind === "alphanumeric";
    const pool = `${number.country} ${oneWay}`;
    const known = byCountry.get(pool);
    byCountry.set(pool, {
      oneWay,
      id: known?.id ?? number.id,
      phoneE164: number.phone,
      country: number.country,
      tokens: Number.POSITIVE_INFINITY,
      segmentsPerSecond: number.segmentsPerSecond + (known?.segmentsPerSecond ?? 0),
      warmUpLeft: known ? sum(known.warmUpLeft, left) : left,
      warmUpResetsAt: budget.dayResetsAt,
    });
  }
  return {
    senders: [...byCountry.values()],
    tenantTokens: Number.POSITIVE_INFINITY,
    tenantSegmentsPerSecond: settings.segmentsPerSecond,
    budget: {
      readable: true,
      ...moneyLeft(budget),
      dayResetsAt: budget.dayResetsAt,
      monthResetsAt: budget.monthResetsAt,
    },
  };
}

export const active = (numbers: readonly SendingNumber[]) => numbers.filter((number) => number.inUse);

/** Null is no limit, and so is anything together with it. */
function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(0, one) + Math.max(0, other);
}

export function moneyLeft(budget: BudgetStatus): { dailyLeftMicros: number; monthlyLeftMicros: number } {
  return {
    dailyLeftMicros: budget.dailyBudgetMicros - budget.dailySpentMicros - budget.dailyReservedMicros,
    monthlyLeftMicros: budget.monthlyBudgetMicros - budget.monthlySpentMicros - budget.monthlyReservedMicros,
  };
}

export function forecastSender(number: SendingNumber): ForecastSender {
  const { country, segmentsPerSecond, warmUpSchedule, warmUpStartedOn, sentToday } = number;
  const warmUp =
    warmUpSchedule && warmUpStartedOn
      ? { schedule: warmUpSchedule, startedOn: warmUpStartedOn, sentToday }
      : null;
  return { country, segmentsPerSecond, warmUp };
}
