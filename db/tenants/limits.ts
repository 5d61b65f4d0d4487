import type { TenantLimits } from "@smscrm/core/platform/limits";
import { eq } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { tenants } from "../schema/index.ts";

const numberOf = (value: string | null) => (value === null ? null : Number(value));

/** The limits in a row of `tenants`, to be selected together with other columns; see `limitsOf`. */
export const LIMITS = {
  dailyBudgetCents: tenants.dailyBudgetLimitCents,
  monthlyBudgetCents: tenants.monthlyBudgetLimitCents,
  segmentsPerSecond: tenants.segmentsPerSecondLimit,
  sendingNumbers: tenants.sendingNumbersLimit,
  uploadBytesPerDay: tenants.uploadBytesPerDayLimit,
  sendingHours: tenants.sendingHoursLimit,
};

type Selected = Omit<TenantLimits, "dailyBudgetCents" | "monthlyBudgetCents"> & {
  dailyBudgetCents: string | null;
  monthlyBudgetCents: string | null;
};

/** Returns selected limits with their money as numbers. */
export const limitsOf = (row: Selected): TenantLimits => ({
  ...row,
  dailyBudgetCents: numberOf(row.dailyBudgetCents),
  monthlyBudgetCents: numberOf(row.monthlyBudgetCents),
});

/** Returns the platform's limits on a tenant. */
export async function readLimits(tx: TenantTransaction, tenantId: string): Promise<TenantLimits> {
  const [row] = await tx.select(LIMITS).from(tenants).where(eq(tenants.id, tenantId));
  return limitsOf(row!);
}

/** Columns of `TenantLimits`, for statements over `tenants t`. */
export const LIMIT_COLUMNS = `
  t.daily_budget_limit_cents::float8 as "dailyBudgetCents", t.monthly_budget_limit_cents::float8 as "monthlyBudgetCents",
  t.segments_per_second_limit as "segmentsPerSecond", t.sending_numbers_limit as "sendingNumbers",
  t.upload_bytes_per_day_limit::float8 as "uploadBytesPerDay", t.sending_hours_limit as "sendingHours"`;
