import { type CampaignStatus, campaignStatusesBefore } from "@smscrm/core/campaigns/campaign";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type Audience, campaigns } from "../schema/index.ts";
import { isDraft } from "./campaigns.ts";

/**
 * Moves a draft to `launching`, once even if asked several times; the worker then freezes the audience. The tenant's
 * row is read without a lock: a pause must never wait for a launch. A pause in between still takes effect, because
 * each claim checks it. `audience`: as it was decided about, with the definition of a saved one; null: as the draft has it.
 */
export async function requestLaunch(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  userId: string,
  overrideReason: string | null,
  audience: Audience | null = null,
): Promise<
  | { ok: true }
  | { ok: false; why: "paused" | "restored" | "not-draft" }
  | { ok: false; why: "suspended"; reason: string }
> {
  const [tenant] = await tx.execute<{ paused: boolean; restored: boolean; suspended: string | null }>(
    sql`select sending_paused_at is not null as paused, restore_locked_at is not null as restored,
      suspended_reason as suspended
      from tenants where id = ${tenantId}`,
  );
  // It may have been sent before the restore: a second launch would text everyone twice.
  if (tenant?.restored) return { ok: false, why: "restored" };
  if (tenant?.suspended != null) return { ok: false, why: "suspended", reason: tenant.suspended };
  if (tenant?.paused) return { ok: false, why: "paused" };
  const launched = await tx
    .update(campaigns)
    .set({
      status: "launching",
      launchedBy: userId,
      launchedAt: sql`clock_timestamp()`,
      updatedAt: sql`clock_timestamp()`,
      quietHoursOverrideReason: overrideReason,
      notLaunchedReason: null,
      ...(audience && { audience }),
    })
    .where(isDraft(tenantId, campaignId))
    .returning({ id: campaigns.id });
  return launched.length > 0 ? { ok: true } : { ok: false, why: "not-draft" };
}

/** Pauses a campaign that is sending. Returns the time of the pause, or null if this call did not pause it. */
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
        inArray(campaigns.status, campaignStatusesBefore("paused")),
      ),
    )
    .returning({ pausedAt: campaigns.pausedAt });
  return row?.pausedAt ?? null;
}

/**
 * Resumes a campaign where it stopped: freezing the audience if that was not finished, else sending. Null: it was not
 * paused. The workers release the messages that waited only for the pause, in bounded batches.
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

/**
 * Stops a campaign for good. False if it was already over, or never launched. `cancelQueuedJobs` then empties its
 * queue.
 */
export async function cancelCampaign(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const stopped = await tx
    .update(campaigns)
    .set({ status: "canceled", canceledAt: sql`clock_timestamp()`, updatedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(campaigns.tenantId, tenantId),
        eq(campaigns.id, id),
        inArray(campaigns.status, campaignStatusesBefore("canceled")),
      ),
    )
    .returning({ id: campaigns.id });
  return stopped.length > 0;
}

/** Cancels up to `most` queued messages of a canceled campaign and returns how many. Call it until it returns 0. */
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
