import { dayResetsAt, localDay, localMonth, monthResetsAt } from "@smscrm/core/budget-period";
import type { Allowances, SenderAllowance } from "@smscrm/core/gates/gate";
import { centsToMicros } from "@smscrm/core/money";
import { refill } from "@smscrm/core/token-bucket";
import { warmUpLimit } from "@smscrm/core/warm-up";
import type { NumberRow, TenantRow } from "./facts.ts";

/** What is left of money, rate and warm-up at the moment of the claim: its messages share it, in order. */
export function allowancesOf(tenant: TenantRow, numbers: readonly NumberRow[]): Allowances {
  const { now, timezone } = tenant;
  const today = localDay(timezone, now);
  const month = localMonth(timezone, now);
  const dayEnds = dayResetsAt(timezone, now);
  const sameDay = today <= tenant.localDay;
  const sameMonth = `${month}-01` <= tenant.localMonth;
  const used = (spent: string, reserved: string) => centsToMicros(spent) + centsToMicros(reserved);
  const dailyUsed = used(tenant.dailySpentCents, tenant.dailyReservedCents);
  const monthlyUsed = used(tenant.monthlySpentCents, tenant.monthlyReservedCents);
  const dailyLeftMicros = centsToMicros(tenant.dailyBudgetCents) - (sameDay ? dailyUsed : 0);
  const monthlyLeftMicros = centsToMicros(tenant.monthlyBudgetCents) - (sameMonth ? monthlyUsed : 0);
  return {
    senders: numbers.map((number) => senderAllowance(number, today, dayEnds, now)),
    tenantTokens: refill(
      { tokens: tenant.rateTokens, at: tenant.rateTokensAt },
      tenant.segmentsPerSecond,
      tenant.segmentsPerSecond,
      now,
    ).tokens,
    tenantSegmentsPerSecond: tenant.segmentsPerSecond,
    budget: {
      // PostgreSQL's numbers have a NaN, and an operator's sum may end in it.
      readable: tenant.knowsItsDay && [dailyLeftMicros, monthlyLeftMicros].every(Number.isFinite),
      dailyLeftMicros,
      monthlyLeftMicros,
      dayResetsAt: dayEnds,
      monthResetsAt: monthResetsAt(timezone, now),
    },
  };
}

function senderAllowance(number: NumberRow, today: string, dayEnds: Date, now: Date): SenderAllowance {
  const limit =
    number.warmUpStartedOn && number.warmUpSchedule
      ? warmUpLimit(number.warmUpSchedule, number.warmUpStartedOn, today)
      : null;
  // Never backwards: a tenant that moves to a zone where it is still yesterday gets no second allowance.
  const sentToday = number.sentOn !== null && number.sentOn >= today ? number.sentToday : 0;
  return {
    id: number.id,
    phoneE164: number.phoneE164,
    country: number.country,
    oneWay: number.oneWay,
    segmentsPerSecond: number.segmentsPerSecond,
    tokens: refill(
      { tokens: number.tokens, at: number.tokensAt },
      number.segmentsPerSecond,
      number.segmentsPerSecond,
      now,
    ).tokens,
    warmUpLeft: limit === null ? null : Math.max(0, limit - sentToday),
    warmUpResetsAt: dayEnds,
  };
}
