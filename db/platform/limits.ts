import { type LimitedSettings, loweredSettings, type TenantLimits } from "@smscrm/core/platform/limits";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LIMIT_COLUMNS } from "../tenants/limits.ts";

/** Who acts for the platform: a person in the dashboard, or somebody at the console, whose `by` is enough. */
export interface PlatformActor {
  by: string;
  userId: string | null;
}

export interface LimitsChange {
  tenantId: string;
  /** Only these change; null lifts a limit. */
  change: Partial<TenantLimits>;
  reason: string;
}

export interface LimitsChanged {
  limits: TenantLimits;
  /** The tenant's own settings that were above a limit, and are now at it. */
  lowered: Partial<LimitedSettings>;
}

/**
 * Sets what a tenant may do at most, from the commit on. Settings above a new limit are lowered to it; lifting a limit
 * raises none. Numbers beyond a new limit stay, and none can be added. Null: there is no such tenant.
 */
export function setLimits(
  sql: Pipeline,
  actor: PlatformActor,
  { tenantId, change, reason }: LimitsChange,
): Promise<LimitsChanged | null> {
  return transact(sql, async (tx) => {
    const before = await lockedLimits(tx, tenantId);
    if (!before) return null;
    const { settings, ...rest } = before;
    const limits: TenantLimits = { ...rest.limits, ...change };
    const lowered = loweredSettings(limits, settings);
    const next = { ...settings, ...lowered };
    await tx`
      update tenants set
        daily_budget_limit_cents = ${limits.dailyBudgetCents}, monthly_budget_limit_cents = ${limits.monthlyBudgetCents},
        segments_per_second_limit = ${limits.segmentsPerSecond}, sending_numbers_limit = ${limits.sendingNumbers},
        upload_bytes_per_day_limit = ${limits.uploadBytesPerDay},
        sending_hours_limit = ${limits.sendingHours === null ? null : tx.json(limits.sendingHours as never)},
        daily_budget_cents = ${next.dailyBudgetCents}, monthly_budget_cents = ${next.monthlyBudgetCents},
        segments_per_second = ${next.segmentsPerSecond}, quiet_hours = ${tx.json(next.quietHours as never)}
      where id = ${tenantId}`;
    await recordPipelineAudits(tx, [
      {
        ...{
          tenantId,
          actorId: actor.userId,
          action: "tenant.limits",
          objectKind: "tenant",
          objectId: tenantId,
        },
        detail: { before: rest.limits, after: change, lowered, reason, by: actor.by },
      },
    ]);
    return { limits, lowered };
  });
}

async function lockedLimits(
  tx: PipelineTransaction,
  tenantId: string,
): Promise<{ limits: TenantLimits; settings: LimitedSettings } | null> {
  const [row] = await tx<
    (TenantLimits & { daily: number; monthly: number; rate: number; hours: LimitedSettings["quietHours"] })[]
  >`
    select ${tx.unsafe(LIMIT_COLUMNS)}, t.daily_budget_cents::float8 as daily, t.monthly_budget_cents::float8 as monthly,
      t.segments_per_second as rate, t.quiet_hours as hours
    from tenants t where id = ${tenantId} and not is_platform for no key update`;
  if (!row) return null;
  const { daily, monthly, rate, hours, ...limits } = row;
  const settings = {
    dailyBudgetCents: daily,
    monthlyBudgetCents: monthly,
    segmentsPerSecond: rate,
    quietHours: hours,
  };
  return { limits, settings };
}
