import type { CampaignStatus } from "@smscrm/core/campaign";
import type { WeekSchedule } from "@smscrm/core/quiet-hours";
import { and, desc, eq, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { type Page, type PageRequest, pageOf } from "./page.ts";
import { type Audience, campaigns } from "./schema/index.ts";

export interface CampaignRow {
  id: string;
  name: string;
  status: CampaignStatus;
  createdAt: Date;
  launchedAt: Date | null;
  completedAt: Date | null;
  audienceCount: number;
  /** Requests that the carrier took: on the way, delivered, or failed afterwards. Its own ledger counts the same. */
  sent: number;
  delivered: number;
  /** Refused by a gate or the carrier, or undelivered. */
  failed: number;
  /** Not yet handed over, or of unknown outcome. */
  waiting: number;
}

/**
 * Sum of a campaign's counters; they are sharded, so that writers do not queue for one row. Names are written out,
 * because in a select from one table the builder leaves table names off.
 */
const jobs = (which: SQL) =>
  sql<number>`(select coalesce(sum(k.jobs) filter (where ${which}), 0)::int from campaign_counters k
    where k.tenant_id = campaigns.tenant_id and k.campaign_id = campaigns.id)`;

const ROW = {
  id: campaigns.id,
  name: campaigns.name,
  status: sql<CampaignStatus>`${campaigns.status}`,
  createdAt: campaigns.createdAt,
  launchedAt: campaigns.launchedAt,
  completedAt: campaigns.completedAt,
  audienceCount: campaigns.audienceCount,
  sent: sql<number>`(select coalesce(sum(s.accepted), 0)::int from campaign_spend s
    where s.tenant_id = campaigns.tenant_id and s.campaign_id = campaigns.id)`,
  delivered: jobs(sql`k.status = 'delivered'`),
  failed: jobs(sql`k.status = 'failed'`),
  waiting: jobs(sql`k.status in ('queued', 'sending', 'unknown')`),
};

export async function listCampaigns(
  tx: TenantTransaction,
  tenantId: string,
  { status, cursor, limit }: PageRequest & { status?: CampaignStatus },
): Promise<Page<CampaignRow>> {
  const rows = await tx
    .select(ROW)
    .from(campaigns)
    .where(
      and(
        eq(campaigns.tenantId, tenantId),
        status ? eq(campaigns.status, status) : undefined,
        cursor ? lt(campaigns.id, cursor) : undefined,
      ),
    )
    .orderBy(desc(campaigns.id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.id);
}

/** Campaigns that send now or would if nobody had paused them, newest first. */
export function listActiveCampaigns(tx: TenantTransaction, tenantId: string): Promise<CampaignRow[]> {
  return tx
    .select(ROW)
    .from(campaigns)
    .where(
      and(eq(campaigns.tenantId, tenantId), inArray(campaigns.status, ["launching", "running", "paused"])),
    )
    .orderBy(desc(campaigns.id))
    .limit(50);
}

export interface Campaign extends CampaignRow {
  body: string;
  audience: Audience;
  quietHours: WeekSchedule | null;
  quietHoursOverrideReason: string | null;
  smartEncoding: boolean;
  expiresAt: Date | null;
  updatedAt: Date;
  createdBy: string | null;
  launchedBy: string | null;
  pausedAt: Date | null;
  canceledAt: Date | null;
}

const nameOf = (column: "created_by" | "launched_by") =>
  sql<string | null>`(select u.name from users u where u.id = campaigns.${sql.identifier(column)})`;

export async function findCampaign(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<Campaign | null> {
  const [row] = await tx
    .select({
      ...ROW,
      body: campaigns.body,
      audience: campaigns.audience,
      quietHours: campaigns.quietHours,
      quietHoursOverrideReason: campaigns.quietHoursOverrideReason,
      smartEncoding: campaigns.smartEncoding,
      expiresAt: campaigns.expiresAt,
      updatedAt: campaigns.updatedAt,
      createdBy: nameOf("created_by"),
      launchedBy: nameOf("launched_by"),
      pausedAt: campaigns.pausedAt,
      canceledAt: campaigns.canceledAt,
    })
    .from(campaigns)
    .where(and(eq(campaigns.tenantId, tenantId), eq(campaigns.id, id)));
  return row ?? null;
}

export interface CampaignDraft {
  name: string;
  body: string;
  audience: Audience;
  quietHours: WeekSchedule | null;
  smartEncoding: boolean;
  expiresAt: Date | null;
}

export async function insertCampaign(
  tx: TenantTransaction,
  tenantId: string,
  createdBy: string,
  draft: CampaignDraft,
): Promise<string> {
  const [row] = await tx
    .insert(campaigns)
    .values({ ...draft, tenantId, createdBy, updatedAt: sql`date_trunc('milliseconds', clock_timestamp())` })
    .returning({ id: campaigns.id });
  return row!.id;
}

/**
 * Saves a draft that nobody has changed since `seenUpdatedAt`; false otherwise, or once it is launched. Times are
 * kept to the millisecond, because that is what a browser hands back.
 */
export async function updateDraft(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  seenUpdatedAt: Date,
  draft: CampaignDraft,
): Promise<Date | null> {
  const [row] = await tx
    .update(campaigns)
    .set({
      ...draft,
      updatedAt: sql`greatest(date_trunc('milliseconds', clock_timestamp()), ${campaigns.updatedAt} + interval '1 millisecond')`,
    })
    .where(
      and(
        isDraft(tenantId, id),
        sql`date_trunc('milliseconds', ${campaigns.updatedAt}) = ${seenUpdatedAt.toISOString()}::timestamptz`,
      ),
    )
    .returning({ updatedAt: campaigns.updatedAt });
  return row?.updatedAt ?? null;
}

export async function deleteDraft(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const gone = await tx.delete(campaigns).where(isDraft(tenantId, id)).returning({ id: campaigns.id });
  return gone.length > 0;
}

const isDraft = (tenantId: string, id: string) =>
  and(eq(campaigns.tenantId, tenantId), eq(campaigns.id, id), eq(campaigns.status, "draft"));

export async function countDrafts(tx: TenantTransaction, tenantId: string): Promise<number> {
  const [row] = await tx
    .select({ drafts: sql<number>`count(*)::int` })
    .from(campaigns)
    .where(and(eq(campaigns.tenantId, tenantId), eq(campaigns.status, "draft")));
  return row?.drafts ?? 0;
}

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
): Promise<{ ok: true } | { ok: false; why: "paused" | "not-draft" }> {
  const [tenant] = await tx.execute<{ paused: boolean }>(
    sql`select sending_paused_at is not null as paused from tenants where id = ${tenantId} for share`,
  );
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
        inArray(campaigns.status, ["launching", "running", "paused"]),
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
