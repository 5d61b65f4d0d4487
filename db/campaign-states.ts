import type { CampaignStatus } from "@smscrm/core/campaign";
import { and, eq, inArray, sql } from "drizzle-orm";
import { isDraft } from "./campaigns.ts";
import type { TenantTransaction } from "./connection.ts";
import { campaigns } from "./schema/index.ts";

/**
 * The draft goes to the launching state, once, whoever asks how often; the worker then freezes the audience. The
 * tenant row is read under a lock that a pause also takes, so a launch and a pause have an order.
 */
export async function requestLaunch(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  userId: string,
  overrideReason: string | null,
): Promise<{ ok: true } | { ok: false; why: "paused" | "restored" | "not-draft" }> {
  const [tenant] = await tx.execute<{ paused: boolean; restored: boolean }>(
    sql`select sending_paused_at is not null as paused, restore_locked_at is not null as restored
      from tenants where id = ${tenantId} for share`,
  );
  // The carrier may have it from before the restore: launched again now, everybody would be texted twice.
  if (tenant?.restored) return { ok: false, why: "restored" };
  if (tenant?.paused) return { ok: false, why: "paused" };
  const launched = await tx
    .update(campaigns)
    .set({
      status: "launching",
      launchedBy: userId,
      launchedAt: sql`clock_timestamp()`,
      updatedAt: sql`clock_timestamp()`,
      quietHoursOverrideReason: overrideReason,
    })
    .where(isDraft(tenantId, campaignId))
    .returning({ id: campaigns.id });
  return launched.length > 0 ? { ok: true } : { ok: false, why: "not-draft" };
}

/** Pauses what is sending. The time of the pause where this call made it, else null. */
export async function pauseCampaign(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<Date | null> {
  const [row] = await tx
    .update(campaigns)
    .set({ status: "paused", pausedAt: sql`clock_timestamp()`, updatedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(campaigns.tenantId, tenantId),
        eq(campaigns.id, id),
        inArray(campaigns.status, ["running", "launching"]),
      ),
    )
    .returning({ pausedAt: campaigns.pausedAt });
  return row?.pausedAt ?? null;
}

/**
 * Goes on where it was: freezing the audience where that was not finished, else sending. Null: it was not paused. The
 * workers release what waited for the pause alone, a bounded lot at a time.
 */
export async function resumeCampaign(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<CampaignStatus | null> {
  const [row] = await tx
    .update(campaigns)
    .set({
      status: sql`case when ${campaigns.materializeCursor} is not null or ${campaigns.audienceCount} = 0 then 'launching' else 'running' end`,
      pausedAt: null,
      updatedAt: sql`clock_timestamp()`,
    })
    .where(and(eq(campaigns.tenantId, tenantId), eq(campaigns.id, id), eq(campaigns.status, "paused")))
    .returning({ status: sql<CampaignStatus>`${campaigns.status}` });
  return row?.status ?? null;
}

/** Stops for good. False where it was over already, or never launched. `cancelQueuedJobs` then empties its queue. */
export async function cancelCampaign(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const stopped = await tx
    .update(campaigns)
    .set({ status: "canceled", canceledAt: sql`clock_timestamp()`, updatedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(campaigns.tenantId, tenantId),
        eq(campaigns.id, id),
        inArray(campaigns.status, ["scheduled", "launching", "running", "paused"]),
      ),
    )
    .returning({ id: campaigns.id });
  return stopped.length > 0;
}

/** Cancels up to `most` queued messages of a canceled campaign, and says how many there were. Call until it is 0. */
export async function cancelQueuedJobs(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  most: number,
): Promise<number> {
  const rows = await tx.execute(sql`
    update send_jobs set status = 'canceled', failure_reason = 'Canceled', hold_reason = null, not_before = null,
      final_at = clock_timestamp(), updated_at = clock_timestamp()
    where id in (
      select id from send_jobs
      where tenant_id = ${tenantId} and campaign_id = ${campaignId} and status = 'queued'
      order by id limit ${most} for update
    ) and status = 'queued'
    returning 1`);
  return rows.length;
}
