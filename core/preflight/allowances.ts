import type { CarrierRegistration } from "../campaigns/carrier-registration.ts";
import type { Registration } from "../campaigns/registration.ts";
import type { Allowances, SenderAllowance } from "../gates/gate.ts";
import type { BudgetStatus } from "../price/budget.ts";
import type { SenderType } from "../price/pricing.ts";

/** A tenant's number, with what it sent on the tenant's day. */
export interface NumberToday {
  id: string;
  phone: string;
  kind: SenderType;
  country: string;
  segmentsPerSecond: number;
  warmUpStartedOn: string | null;
  warmUpSchedule: number[] | null;
  /** Null: no limit. */
  warmUpLimitToday: number | null;
  sentToday: number;
  /** The day that `sentToday` counts for: the tenant's day, or a later one (see `sentOnDay`). Null: it never sent. */
  sentOn: string | null;
  /** A name's state in its country's register. */
  registration?: Registration | null;
  /** A number's state in the carrier's account. Null or absent: not known. */
  carrierRegistration?: CarrierRegistration | null;
  /** Neither paused nor resting: a claim looks at it. */
  isActive: boolean;
  /** Active, and a name is registered where it must be. */
  inUse: boolean;
}

/**
 * Returns what today's sending may use: each number's remaining warm-up, and the budget. Throughput is not limited
 * here, because a wait of seconds does not count; the forecast counts it. Numbers of one country are added up, so
 * that a million messages do not check forty numbers each. Kinds of senders stay separate, and so does each name: some
 * texts may not be sent from them.
 */
export function allowancesToday(
  numbers: readonly NumberToday[],
  budget: BudgetStatus,
  { segmentsPerSecond }: { segmentsPerSecond: number },
): Allowances {
  const byCountry = new Map<string, SenderAllowance>();
  for (const number of numbers.filter(({ isActive }) => isActive)) {
    const left = number.warmUpLimitToday === null ? null : number.warmUpLimitToday - number.sentToday;
    const { kind, registration = null, carrierRegistration = null } = number;
    const pool = `${number.country} ${kind} ${kind === "alphanumeric" ? number.id : carrierRegistration}`;
    const known = byCountry.get(pool);
    byCountry.set(pool, {
      kind,
      registration,
      carrierRegistration,
      id: known?.id ?? number.id,
      phoneE164: known?.phoneE164 ?? number.phone,
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
    tenantSegmentsPerSecond: segmentsPerSecond,
    budget: {
      readable: true,
      ...moneyLeft(budget),
      dayResetsAt: budget.dayResetsAt,
      monthResetsAt: budget.monthResetsAt,
    },
  };
}

export function numbersInUse<Number extends NumberToday>(numbers: readonly Number[]): Number[] {
  return numbers.filter((number) => number.inUse);
}

/** Null means no limit, so a sum with null is null. */
function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(0, one) + Math.max(0, other);
}

export function moneyLeft(budget: BudgetStatus): { dailyLeftMicros: number; monthlyLeftMicros: number } {
  return {
    dailyLeftMicros: budget.dailyBudgetMicros - budget.dailySpentMicros - budget.dailyReservedMicros,
    monthlyLeftMicros: budget.monthlyBudgetMicros - budget.monthlySpentMicros - budget.monthlyReservedMicros,
  };
}
