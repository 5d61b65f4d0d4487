import type { CampaignFigures } from "@smscrm/core/campaigns/progress";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { firstIdSql } from "../postgres/time-ordered-ids.ts";
import { CAMPAIGN_MAY_GO } from "../safeguards/safeguards.ts";
import { WAITING_FROM } from "./first-part/draws.ts";

type Row = Omit<CampaignFigures, "lastSubmittedAt" | "nextDueAt" | "lastDueAt" | "decideAt" | "at"> & {
  decideAt: string | null;
  lastSubmittedAt: string | null;
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
      c.messages_per_minute as "messagesPerMinute",
      t.sending_paused_at is not null as "sendingPaused",
      case when c.status not in ('launching', 'running') then null
        when t.trial_since is not null and not c.is_trial then 'Trial mode'
        when not ${sql.raw(CAMPAIGN_MAY_GO)} then 'Inbox full' end as "waitsFor", clock_timestamp() as at,
      coalesce((select jsonb_agg(jsonb_build_object('status', k.status, 'reason', k.reason, 'jobs', k.jobs))
        from (select status, reason, sum(jobs)::int as jobs from campaign_counters
          where tenant_id = ${tenantId} and campaign_id = ${id} group by 1, 2 having sum(jobs) <> 0 order by 1, 2) k),
        '[]'::jsonb) as counts,
      spend.*, latest.*, pace.*, waiting.*, part.*, answers.*
    from campaigns c join tenants t on t.id = c.tenant_id,
    lateral (select coalesce(sum(spent_micros), 0)::float8 as "spentMicros",
      coalesce(sum(reserved_micros), 0)::float8 as "reservedMicros", coalesce(sum(segments), 0)::int as segments,
      coalesce(sum(accepted), 0)::int as sent
      from campaign_spend where tenant_id = ${tenantId} and campaign_id = ${id}) spend,
    lateral (select max(last_handed_over_at) as "lastSubmittedAt"
      from campaign_pace where tenant_id = ${tenantId} and campaign_id = ${id} and minute >= (
        select max(minute) - interval '1 minute' from campaign_pace where tenant_id = ${tenantId} and campaign_id = ${id}
      )) latest,
    lateral (select date_trunc('minute', statement_timestamp()) - interval '1 minute' as began) recently,
    lateral (select coalesce(sum(handed_over), 0)::float8
        / greatest(1, extract(epoch from statement_timestamp() - greatest(recently.began, c.launched_at)))::float8 as "ratePerSecond"
      from campaign_pace where tenant_id = ${tenantId} and campaign_id = ${id} and minute >= recently.began) pace,
    lateral (select min(due_at) as "nextDueAt", max(due_at) as "lastDueAt" from send_jobs
      where tenant_id = ${tenantId} and campaign_id = ${id} and status = 'queued' and due_at < ${WAITING_FROM}) waiting,
    lateral (select min(decide_at) as "decideAt" from first_parts
      where tenant_id = ${tenantId} and campaign_id = ${id} and state = 'watching') part,
    lateral (select count(*)::int as replies, count(*) filter (where kind = 'opt-out')::int as "optOuts"
      from inbound_messages where tenant_id = ${tenantId} and campaign_id = ${id}
        and id >= ${sql.raw(firstIdSql("c.launched_at"))}) answers
    where c.tenant_id = ${tenantId} and c.id = ${id}`);
  if (!row) return null;
  const { lastSubmittedAt, nextDueAt, lastDueAt, decideAt, at, ...rest } = row;
  return {
    ...(rest as Omit<CampaignFigures, "lastSubmittedAt" | "nextDueAt" | "lastDueAt" | "decideAt" | "at">),
    lastSubmittedAt: date(lastSubmittedAt),
    nextDueAt: date(nextDueAt),
    lastDueAt: date(lastDueAt),
    decideAt: date(decideAt),
    at: new Date(at),
  };
}

const date = (text: string | null) => (text === null ? null : new Date(text));
