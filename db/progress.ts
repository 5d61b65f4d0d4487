import type { CampaignStatus } from "@smscrm/core/campaign";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { idSince } from "./time-ordered-ids.ts";

/** Where a campaign stands. Counters only: as quick for a million messages as for ten. */
export interface CampaignFigures {
  id: string;
  status: CampaignStatus;
  audience: number;
  /** By status and, for refused and waiting ones, reason; they add up to the audience once it is frozen. */
  counts: { status: string; reason: string; jobs: number }[];
  spentMicros: number;
  reservedMicros: number;
  segments: number;
  /** Requests that the carrier took. */
  sent: number;
  /** Messages handed over per second: mean of this minute and the one before, as far as the campaign has been running. */
  ratePerSecond: number;
  lastHandOverAt: Date | null;
  /** When the first and the last waiting message may go. */
  nextDueAt: Date | null;
  lastDueAt: Date | null;
  tenantSegmentsPerSecond: number;
  sendingPaused: boolean;
  replies: number;
  optOuts: number;
  at: Date;
}

type Row = Omit<CampaignFigures, "lastHandOverAt" | "nextDueAt" | "lastDueAt" | "at"> & {
  lastHandOverAt: string | null;
  nextDueAt: string | null;
  lastDueAt: string | null;
  at: string;
} & Record<string, unknown>;

export async function readCampaignFigures(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<CampaignFigures | null> {
  const [row] = await tx.execute<Row>(sql`
    select c.id, c.status, c.audience_count as audience, t.segments_per_second as "tenantSegmentsPerSecond",
      t.sending_paused_at is not null as "sendingPaused", clock_timestamp() as at,
      coalesce((select jsonb_agg(jsonb_build_object('status', k.status, 'reason', k.reason, 'jobs', k.jobs))
        from (select status, reason, sum(jobs)::int as jobs from campaign_counters
          where tenant_id = ${tenantId} and campaign_id = ${id} group by 1, 2 having sum(jobs) <> 0 order by 1, 2) k),
        '[]'::jsonb) as counts,
      spend.*, latest.*, pace.*, waiting.*, answers.*
    from campaigns c join tenants t on t.id = c.tenant_id,
    lateral (select coalesce(sum(spent_micros), 0)::float8 as "spentMicros",
      coalesce(sum(reserved_micros), 0)::float8 as "reservedMicros", coalesce(sum(segments), 0)::int as segments,
      coalesce(sum(accepted), 0)::int as sent
      from campaign_spend where tenant_id = ${tenantId} and campaign_id = ${id}) spend,
    lateral (select max(last_handed_over_at) as "lastHandOverAt"
      from campaign_pace where tenant_id = ${tenantId} and campaign_id = ${id} and minute >= (
        select max(minute) - interval '1 minute' from campaign_pace where tenant_id = ${tenantId} and campaign_id = ${id}
      )) latest,
    lateral (select date_trunc('minute', statement_timestamp()) - interval '1 minute' as began) recently,
    lateral (select coalesce(sum(handed_over), 0)::float8
        / greatest(1, extract(epoch from statement_timestamp() - greatest(recently.began, c.launched_at)))::float8 as "ratePerSecond"
      from campaign_pace where tenant_id = ${tenantId} and campaign_id = ${id} and minute >= recently.began) pace,
    lateral (select min(due_at) as "nextDueAt", max(due_at) as "lastDueAt" from send_jobs
      where tenant_id = ${tenantId} and campaign_id = ${id} and status = 'queued') waiting,
    lateral (select count(*)::int as replies, count(*) filter (where kind = 'opt-out')::int as "optOuts"
      from inbound_messages where tenant_id = ${tenantId} and campaign_id = ${id}
        and id >= ${idSince(sql`c.launched_at`)}) answers
    where c.tenant_id = ${tenantId} and c.id = ${id}`);
  if (!row) return null;
  const { lastHandOverAt, nextDueAt, lastDueAt, at, ...rest } = row;
  return {
    ...(rest as Omit<CampaignFigures, "lastHandOverAt" | "nextDueAt" | "lastDueAt" | "at">),
    lastHandOverAt: date(lastHandOverAt),
    nextDueAt: date(nextDueAt),
    lastDueAt: date(lastDueAt),
    at: new Date(at),
  };
}

const date = (text: string | null) => (text === null ? null : new Date(text));
