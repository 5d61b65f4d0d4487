import { dayResetsAt, localDay, localMonth, monthResetsAt } from "@smscrm/core/budget-period";
import { centsToMicros, microsToCents } from "@smscrm/core/money";
import type { WeekSchedule } from "@smscrm/core/quiet-hours";
import { eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { budgets, tenants } from "./schema/index.ts";

export interface Settings {
  name: string;
  timezone: string;
  country: string;
  currency: string;
  quietHours: WeekSchedule;
  trustTenantZone: boolean;
  capPerDay: number | null;
  capPerWeek: number | null;
  dailyBudgetCents: number;
  monthlyBudgetCents: number;
  segmentsPerSecond: number;
}

export async function readSettings(tx: TenantTransaction, tenantId: string): Promise<Settings> {
  const [row] = await tx
    .select({
      name: tenants.name,
      timezone: tenants.timezone,
      country: tenants.country,
      currency: tenants.currency,
      quietHours: tenants.quietHours,
      trustTenantZone: tenants.trustTenantZone,
      capPerDay: tenants.capPerDay,
      capPerWeek: tenants.capPerWeek,
      dailyBudgetCents: tenants.dailyBudgetCents,
      monthlyBudgetCents: tenants.monthlyBudgetCents,
      segmentsPerSecond: tenants.segmentsPerSecond,
    })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  return {
    ...row!,
    dailyBudgetCents: Number(row!.dailyBudgetCents),
    monthlyBudgetCents: Number(row!.monthlyBudgetCents),
  };
}

/** In force at the next claim. Currency is not among them: budgets and prices are kept in it. */
export async function updateSettings(
  tx: TenantTransaction,
  tenantId: string,
  { dailyBudgetCents, monthlyBudgetCents, ...change }: Partial<Omit<Settings, "currency">>,
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
  await tx
    .update(tenants)
    .set({ ...change, ...money })
    .where(eq(tenants.id, tenantId));
}

/** Money of the tenant's present local day and month. */
export interface BudgetStatus {
  day: string;
  month: string;
  dailyBudgetMicros: number;
  dailySpentMicros: number;
  dailyReservedMicros: number;
  monthlyBudgetMicros: number;
  monthlySpentMicros: number;
  monthlyReservedMicros: number;
  dayResetsAt: Date;
  monthResetsAt: Date;
}

/** On the database's clock. Figures of a day or month that is over count as nothing, though no send has reset them yet. */
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
  const day = localDay(timezone, now);
  const month = localMonth(timezone, now);
  // As a claim counts: a tenant that moved to where it is still yesterday has spent that day's money already.
  const today = (cents: string) => (day <= budget.localDay ? centsToMicros(cents) : 0);
  const thisMonth = (cents: string) => (`${month}-01` <= budget.localMonth ? centsToMicros(cents) : 0);
  return {
    day,
    month,
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
