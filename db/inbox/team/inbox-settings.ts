import type { RoutingRule } from "@smscrm/core/inbox/routing";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";

/** How a tenant's inbox works. Version 0: nothing was ever set. */
export interface InboxSettings {
  version: number;
  routing: RoutingRule[];
  /** When the team answers, in the tenant's zone; null: always. */
  workingHours: WeekSchedule | null;
  outOfHoursAnswer: string | null;
  updatedBy: string | null;
}

const NONE: InboxSettings = {
  ...{ version: 0, routing: [], workingHours: null, outOfHoursAnswer: null, updatedBy: null },
};

export async function readInboxSettings(tx: TenantTransaction, tenantId: string): Promise<InboxSettings> {
  const [row] = await tx.execute<InboxSettings & Record<string, unknown>>(sql`
    select s.version, s.routing, s.working_hours as "workingHours", s.out_of_hours_answer as "outOfHoursAnswer",
      (select u.name from users u where u.id = s.updated_by) as "updatedBy"
    from inbox_settings s where s.tenant_id = ${tenantId}`);
  return row ?? NONE;
}

/** Saves all settings, if nobody has saved others since `seenVersion`. Null: somebody has. */
export async function saveInboxSettings(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  {
    seenVersion,
    routing,
    workingHours,
    outOfHoursAnswer,
  }: Omit<InboxSettings, "version" | "updatedBy"> & { seenVersion: number },
): Promise<number | null> {
  const [row] = await tx.execute<{ version: number }>(sql`
    insert into inbox_settings as s (tenant_id, routing, working_hours, out_of_hours_answer, updated_by)
    select ${tenantId}, ${JSON.stringify(routing)}::jsonb, ${workingHours && JSON.stringify(workingHours)}::jsonb,
      ${outOfHoursAnswer}, ${userId}
    where ${seenVersion}::int = 0 or exists (select 1 from inbox_settings where tenant_id = ${tenantId})
    on conflict (tenant_id) do update set routing = excluded.routing, working_hours = excluded.working_hours,
      out_of_hours_answer = excluded.out_of_hours_answer, updated_by = excluded.updated_by, version = s.version + 1,
      updated_at = clock_timestamp()
    where s.version = ${seenVersion}
    returning version`);
  return row?.version ?? null;
}
