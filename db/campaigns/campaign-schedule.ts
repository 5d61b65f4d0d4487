import { campaignStatusesBefore } from "@smscrm/core/campaigns/campaign";
import { and, eq, inArray, sql } from "drizzle-orm";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, type TenantTransaction, transact } from "../postgres/connection.ts";
import { campaigns } from "../schema/index.ts";
import { isDraft } from "./campaigns.ts";
import { launchScheduledWithLimits } from "./scheduled-approval.ts";

/** Schedules a draft. False if it is no longer a draft. */
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
      notLaunchedReason: null,
      updatedAt: sql`clock_timestamp()`,
    })
    .where(isDraft(tenantId, id))
    .returning({ id: campaigns.id });
  return rows.length > 0;
}

/** Turns a scheduled campaign back into a draft. False if it was already launched, or was not scheduled. */
export async function unscheduleCampaign(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<boolean> {
  const rows = await tx
    .update(campaigns)
    .set({ status: "draft", scheduledAt: null, launchedBy: null, updatedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(campaigns.tenantId, tenantId),
        eq(campaigns.id, id),
        inArray(campaigns.status, campaignStatusesBefore("draft")),
      ),
    )
    .returning({ id: campaigns.id });
  return rows.length > 0;
}

/**
 * Launches the campaigns that are due, each once even with several workers, and records it in the audit log as the
 * program's action. While a tenant's sending is paused its campaigns wait: the pause is the more recent decision.
 */
export async function launchScheduled(sql: Pipeline): Promise<{ id: string }[]> {
  return [...(await launchWithoutLimits(sql)), ...(await launchScheduledWithLimits(sql))];
}

/** In tenants where nobody's launch needs an approval: one statement for all. */
function launchWithoutLimits(sql: Pipeline): Promise<{ id: string }[]> {
  return transact(sql, async (tx) => {
    const launched = await tx<{ id: string; tenantId: string; scheduledAt: Date }[]>`
      with due as (
        select c.id from campaigns c join tenants t on t.id = c.tenant_id and t.sending_paused_at is null
          and t.launch_limits = '{}'
        where c.status = 'scheduled' and c.scheduled_at <= statement_timestamp()
        order by c.scheduled_at limit 50 for no key update of c skip locked
      )
      update campaigns c set status = 'launching', launched_at = clock_timestamp(), updated_at = clock_timestamp()
      from due where c.id = due.id
      returning c.id, c.tenant_id as "tenantId", c.scheduled_at as "scheduledAt"`;
    const note = { actorId: null, action: "campaign.launch", objectKind: "campaign" };
    await recordPipelineAudits(
      tx,
      launched.map(({ id, tenantId, scheduledAt }) => ({
        ...note,
        tenantId,
        objectId: id,
        detail: { scheduledAt },
      })),
    );
    return launched.map(({ id }) => ({ id }));
  });
}
