import type { TenantLimits } from "@smscrm/core/platform/limits";
import { eq } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { tenants } from "../schema/index.ts";

const numberOf = (value: string | null) => (value === null ? null : Number(value));

/** Returns the platform's limits on a tenant. */
export async function readLimits(tx: TenantTransaction, tenantId: string): Promise<TenantLimits> {
  const [row] = await tx
    .select({
      dailyBudgetCents: tenants.dailyBudgetLimitCents,
      monthlyBudgetCents: tenants.monthlyBudgetLimitCents,
      segmentsPerSecond: tenants.segmentsPerSecondLimit,
      sendingNumbers: tenants.sendingNumbersLimit,
      uploadBytesPerDay: tenants.uploadBytesPerDayLimit,
      sendingHours: tenants.sendingHoursLimit,
    })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  return {
    ...row!,
    dailyBudgetCents: numberOf(row!.dailyBudgetCents),
    monthlyBudgetCents: numberOf(row!.monthlyBudgetCents),
  };
}

/** Columns of `TenantLimits`, for statements over `tenants t`. */
export const LIMIT_COLUMNS = `
  t.daily_budget_limit_cents::float8 as "dailyBudgetCents", t.monthly_budget_limit_cents::float8 as "monthlyBudgetCents",
  t.segments_per_second_limit as "segmentsPerSecond", t.sending_numbers_limit as "sendingNumbers",
  t.upload_bytes_per_day_limit::float8 as "uploadBytesPerDay", t.sending_hours_limit as "sendingHours"`;
