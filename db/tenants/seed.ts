import type { Pipeline } from "../postgres/connection.ts";

export interface SeedTenant {
  id: string;
  name: string;
  timezone: string;
  country: string;
  dailyBudgetCents: number;
  monthlyBudgetCents: number;
  capPerDay: number;
  capPerWeek: number;
  segmentsPerSecond: number;
}

export interface SeedNumber {
  phoneE164: string;
  kind: string;
  country: string;
  label: string;
  segmentsPerSecond: number;
  warmUpSchedule: readonly number[] | null;
}

export interface SeedOwner {
  email: string;
  name: string;
  passwordHash: string;
}

export async function hasTenants(sql: Pipeline): Promise<boolean> {
  const [row] = await sql<
    { any: boolean }[]
  >`select exists (select 1 from tenants where not is_platform) as any`;
  return row!.any;
}

/** Creates a tenant with its owner and numbers in one transaction. False if another start has created it. */
export function insertTenantWithOwner(
  sql: Pipeline,
  tenant: SeedTenant,
  owner: SeedOwner,
  numbers: readonly SeedNumber[],
): Promise<boolean> {
  return sql.begin(async (tx) => {
    const made = await tx`
      insert into tenants (id, name, timezone, country, daily_budget_cents, monthly_budget_cents, cap_per_day,
        cap_per_week, segments_per_second)
      values (${tenant.id}, ${tenant.name}, ${tenant.timezone}, ${tenant.country}, ${tenant.dailyBudgetCents},
        ${tenant.monthlyBudgetCents}, ${tenant.capPerDay}, ${tenant.capPerWeek}, ${tenant.segmentsPerSecond})
      on conflict (id) do nothing returning id`;
    if (made.length === 0) return false;
    const [user] = await tx<{ id: string }[]>`
      insert into users (email, name, password_hash) values (${owner.email}, ${owner.name}, ${owner.passwordHash})
      returning id`;
    await tx`insert into memberships (tenant_id, user_id, role) values (${tenant.id}, ${user!.id}, 'owner')`;
    for (const number of numbers) {
      const startedOn = number.warmUpSchedule
        ? tx`(clock_timestamp() at time zone ${tenant.timezone})::date`
        : null;
      await tx`
        insert into sending_numbers (tenant_id, phone_e164, kind, country, label, segments_per_second,
          warm_up_schedule, warm_up_started_on)
        values (${tenant.id}, ${number.phoneE164}, ${number.kind}, ${number.country}, ${number.label},
          ${number.segmentsPerSecond}, ${number.warmUpSchedule as number[] | null}, ${startedOn})`;
    }
    return true;
  });
}
