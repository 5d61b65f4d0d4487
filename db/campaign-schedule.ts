import { and, eq, sql } from "drizzle-orm";
import { isDraft } from "./campaigns.ts";
import type { Pipeline, TenantTransaction } from "./connection.ts";
import { campaigns } from "./schema/index.ts";

/** Puts a draft on the schedule. False where it is no draft any more. */
export async function scheduleCampaign(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  userId: string,
  at: Date,
): Promise<boolean> {
  const rows = await tx
    .update(campaigns)
    .set({
      status: "scheduled",
      scheduledAt: at,
      launchedBy: userId,
      updatedAt: sql`clock_timestamp()`,
    })
    .where(isDraft(tenantId, id))
    .returning({ id: campaigns.id });
  return rows.length > 0;
}

/** Takes it off the schedule: a draft again. False where its hour has come, or it was not scheduled. */
export async function unscheduleCampaign(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<boolean> {
  const rows = await tx
    .update(campaigns)
    .set({ status: "draft", scheduledAt: null, launchedBy: null, updatedAt: sql`clock_timestamp()` })
    .where(and(eq(campaigns.tenantId, tenantId), eq(campaigns.id, id), eq(campaigns.status, "scheduled")))
    .returning({ id: campaigns.id });
  return rows.length > 0;
}

/**
 * Launches what is due, once, whichever worker asks, with a line in the audit log that names the program. While an
 * organisation's sending is paused its campaigns keep waiting: a launch is a person's word, a pause a later one.
 */
export function launchScheduled(sql: Pipeline): Promise<{ id: string }[]> {
  return sql<{ id: string }[]>`
    with due as (
      select c.id from campaigns c join tenants t on t.id = c.tenant_id and t.sending_paused_at is null
      where c.status = 'scheduled' and c.scheduled_at <= statement_timestamp()
      order by c.scheduled_at limit 50 for no key update of c skip locked
    ), launched as (
      update campaigns c set status = 'launching', launched_at = clock_timestamp(), updated_at = clock_timestamp()
      from due where c.id = due.id returning c.id, c.tenant_id, c.scheduled_at
    ), noted as (
      insert into audit_log (tenant_id, action, object_kind, object_id, detail)
      select tenant_id, 'campaign.launch', 'campaign', id::text, jsonb_build_object('scheduledAt', scheduled_at)
      from launched order by tenant_id
    )
    select id from launched`;
}
