import type { Allowances, SenderAllowance } from "../gates/gate.ts";
import { centsToMicros } from "../price/money.ts";
import { refill } from "../send/token-bucket.ts";
import { sentOnDay, warmUpLimit } from "../send/warm-up.ts";
import { budgetPeriod, dayResetsAt, monthResetsAt, stillCounts } from "../time/budget-period.ts";
import type { ClaimNumber, ClaimTenant } from "./facts.ts";

/** Returns what is left of money, rate and warm-up at the claim. Its messages use it up in order. */
export function allowancesOf(tenant: ClaimTenant, numbers: readonly ClaimNumber[]): Allowances {
  const { now, timezone } = tenant;
  const period = budgetPeriod(timezone, now);
  const counts = stillCounts(tenant, period);
  const dayEnds = dayResetsAt(timezone, now);
  const used = (spent: string, reserved: string) => centsToMicros(spent) + centsToMicros(reserved);
  const dailyUsed = used(tenant.dailySpentCents, tenant.dailyReservedCents);
  const monthlyUsed = used(tenant.monthlySpentCents, tenant.monthlyReservedCents);
  const dailyLeftMicros = centsToMicros(tenant.dailyBudgetCents) - (counts.day ? dailyUsed : 0);
  const monthlyLeftMicros = centsToMicros(tenant.monthlyBudgetCents) - (counts.month ? monthlyUsed : 0);
  return {
    senders: numbers.map((number) => senderAllowance(number, period.localDay, dayEnds, now)),
    tenantTokens: refill(
      { tokens: tenant.rateTokens, at: tenant.rateTokensAt },
      tenant.segmentsPerSecond,
      tenant.segmentsPerSecond,
      now,
    ).tokens,
    tenantSegmentsPerSecond: tenant.segmentsPerSecond,
    budget: {
      // PostgreSQL's numeric has NaN, and an operator's SQL may produce it.
      readable: tenant.knowsItsDay && [dailyLeftMicros, monthlyLeftMicros].every(Number.isFinite),
      dailyLeftMicros,
      monthlyLeftMicros,
      dayResetsAt: dayEnds,
      monthResetsAt: monthResetsAt(timezone, now),
    },
  };
}

function senderAllowance(number: ClaimNumber, today: string, dayEnds: Date, now: Date): SenderAllowance {
  const limit =
    number.warmUpStartedOn && number.warmUpSchedule
      ? warmUpLimit(number.warmUpSchedule, number.warmUpStartedOn, today)
      : null;
  return {
    id: number.id,
    phoneE164: number.phoneE164,
    country: number.country,
    kind: number.kind,
    registration: number.registration,
    carrierRegistration: number.carrierRegistration,
    segmentsPerSecond: number.segmentsPerSecond,
    tokens: refill(
      { tokens: number.tokens, at: number.tokensAt },
      number.segmentsPerSecond,
      number.segmentsPerSecond,
      now,
    ).tokens,
    warmUpLeft: limit === null ? null : Math.max(0, limit - sentOnDay(number, today)),
    warmUpResetsAt: dayEnds,
  };
}
