import type { TenantLimits } from "@smscrm/core/platform/limits";
import type { BudgetStatus } from "@smscrm/core/price/budget";
import { centsToMicros, microsToCents } from "@smscrm/core/price/money";
import { budgetPeriod, dayResetsAt, monthResetsAt, stillCounts } from "@smscrm/core/time/budget-period";
import type { DestinationHours } from "@smscrm/core/time/destination-hours";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { budgets, tenants } from "../schema/index.ts";
import { LIMITS, limitsOf } from "./limits.ts";

export interface Settings {
  name: string;
  timezone: string;
  country: string;
  currency: string;
  quietHours: WeekSchedule;
  destinationHours: DestinationHours;
  trustTenantZone: boolean;
  capPerDay: number | null;
  capPerWeek: number | null;
  dailyBudgetCents: number;
  monthlyBudgetCents: number;
  segmentsPerSecond: number;
  /** What the platform's operator allows at most. */
  limits: TenantLimits;
}

export async function readSettings(tx: TenantTransaction, tenantId: string): Promise<Settings> {
  const [row] = await tx
    .select({
      name: tenants.name,
      timezone: tenants.timezone,
      country: tenants.country,
      currency: tenants.currency,
      quietHours: tenants.quietHours,
      destinationHours: tenants.destinationHours,
      trustTenantZone: tenants.trustTenantZone,
      capPerDay: tenants.capPerDay,
      capPerWeek: tenants.capPerWeek,
      dailyBudgetCents: tenants.dailyBudgetCents,
      monthlyBudgetCents: tenants.monthlyBudgetCents,
      segmentsPerSecond: tenants.segmentsPerSecond,
      limits: LIMITS,
    })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  return {
    ...row!,
    dailyBudgetCents: Number(row!.dailyBudgetCents),
    monthlyBudgetCents: Number(row!.monthlyBudgetCents),
    limits: limitsOf(row!.limits),
  };
}

/** Who changes the sending rules, and by which draft. It is stored with their new version. */
export interface RulesAuthor {
  userId: string;
  ruleChangeId?: string;
}

/**
 * Changes settings; they take effect at the next claim. The currency can't change: budgets and prices are stored in
 * it.
 */
export async function updateSettings(
  tx: TenantTransaction,
  tenantId: string,
  { dailyBudgetCents, monthlyBudgetCents, ...change }: Partial<Omit<Settings, "currency" | "limits">>,
  { userId, ruleChangeId = "" }: RulesAuthor,
): Promise<void> {
  const money = {
    ...(dailyBudgetCents === undefined
      ? {}
      : { dailyBudgetCents: microsToCents(centsToMicros(dailyBudgetCents)) }),
    ...(monthlyBudgetCents === undefined
      ? {}
      : { monthlyBudgetCents: microsToCents(centsToMicros(monthlyBudgetCents)) }),
  };
  if (Object.keys({ ...change, ...money }).length === 0) return;
  // For the trigger that keeps the versions of the rules.
  await tx.execute(
    sql`select set_config('app.rules_by', ${userId}, true), set_config('app.rule_change', ${ruleChangeId}, true)`,
  );
  await tx
    .update(tenants)
    .set({ ...change, ...money })
    .where(eq(tenants.id, tenantId));
}

/**
 * Reads the budget on the database's clock. Figures of a day or month that has ended count as zero, even if no claim
 * has reset them yet.
 */
export async function readBudget(tx: TenantTransaction, tenantId: string): Promise<BudgetStatus> {
  const [row] = await tx
    .select({
      timezone: tenants.timezone,
      dailyBudget: tenants.dailyBudgetCents,
      monthlyBudget: tenants.monthlyBudgetCents,
      budget: budgets,
      now: sql<string>`clock_timestamp()`,
    })
    .from(tenants)
    .innerJoin(budgets, eq(budgets.tenantId, tenants.id))
    .where(eq(tenants.id, tenantId));
  const { timezone, budget, dailyBudget, monthlyBudget } = row!;
  const now = new Date(row!.now);
  const present = budgetPeriod(timezone, now);
  const counts = stillCounts(budget, present);
  const today = (cents: string) => (counts.day ? centsToMicros(cents) : 0);
  const thisMonth = (cents: string) => (counts.month ? centsToMicros(cents) : 0);
  return {
    localDay: counts.day ? budget.localDay : present.localDay,
    localMonth: counts.month ? budget.localMonth : present.localMonth,
    dailyBudgetMicros: centsToMicros(dailyBudget),
    dailySpentMicros: today(budget.dailySpentCents),
    dailyReservedMicros: today(budget.dailyReservedCents),
    monthlyBudgetMicros: centsToMicros(monthlyBudget),
    monthlySpentMicros: thisMonth(budget.monthlySpentCents),
    monthlyReservedMicros: thisMonth(budget.monthlyReservedCents),
    dayResetsAt: dayResetsAt(timezone, now),
    monthResetsAt: monthResetsAt(timezone, now),
  };
}
