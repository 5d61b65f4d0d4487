import { type CompiledCampaign, compileCampaign } from "@smscrm/core/message-facts";
import { isValidZone } from "@smscrm/core/time-zone";
import {
  CANDIDATE_COLUMNS,
  CANDIDATE_LOOK_UPS,
  type CandidateRow,
  TENANT_RULES_COLUMNS,
  type TenantRulesRow,
} from "../candidates.ts";
import type { PipelineTransaction } from "../connection.ts";
import { NUMBER_IN_USE } from "../numbers.ts";

export type TenantRow = TenantRulesRow & {
  id: string;
  now: Date;
  /** False where the tenant's time zone is none: then nobody knows which day's money is spent. */
  knowsItsDay: boolean;
  segmentsPerSecond: number;
  dailyBudgetCents: string;
  monthlyBudgetCents: string;
  dailySpentCents: string;
  dailyReservedCents: string;
  monthlySpentCents: string;
  monthlyReservedCents: string;
  localDay: string;
  localMonth: string;
  rateTokens: number;
  rateTokensAt: Date;
};

export async function readTenant(tx: PipelineTransaction, tenantId: string): Promise<TenantRow | undefined> {
  const [row] = await tx<Omit<TenantRow, "knowsItsDay">[]>`
    select t.id, clock_timestamp() as now, ${tx.unsafe(TENANT_RULES_COLUMNS)},
      t.segments_per_second as "segmentsPerSecond",
      t.daily_budget_cents as "dailyBudgetCents", t.monthly_budget_cents as "monthlyBudgetCents",
      b.daily_spent_cents as "dailySpentCents", b.daily_reserved_cents as "dailyReservedCents",
      b.monthly_spent_cents as "monthlySpentCents", b.monthly_reserved_cents as "monthlyReservedCents",
      b.local_day::text as "localDay", b.local_month::text as "localMonth",
      b.rate_tokens as "rateTokens", b.rate_tokens_at as "rateTokensAt"
    from tenants t join budgets b on b.tenant_id = t.id where t.id = ${tenantId}`;
  if (!row) return undefined;
  // An operator's SQL may write any text there. Everything waits, in whatever zone the wait is counted.
  const knowsItsDay = isValidZone(row.timezone);
  return { ...row, timezone: knowsItsDay ? row.timezone : "UTC", knowsItsDay };
}

export type JobRow = CandidateRow & {
  jobId: string;
  campaignId: string;
  attempts: number;
  alreadyInCampaign: boolean;
};

/**
 * Each row is looked up by its key, whatever the planner knows: on tables of which it has no statistics yet (an import
 * and a launch just now) it joined them by reading all of the tenant's rows for each job, and a claim took seconds.
 */
export function lockJobs(tx: PipelineTransaction, tenantId: string, jobIds: string[]): Promise<JobRow[]> {
  return tx<JobRow[]>`
    with jobs as materialized (
      select locked.* from unnest(${[...jobIds].sort()}::uuid[]) as ticket (id) cross join lateral (
        select j.id, j.tenant_id, j.campaign_id, j.contact_id, j.attempts from send_jobs j
        where j.id = ticket.id and j.tenant_id = ${tenantId} and j.status = 'queued'
        limit 1 for no key update of j skip locked
      ) locked
    )
    select j.id as "jobId", j.campaign_id as "campaignId", j.attempts,
      exists (
        select 1 from send_attempts a
        where a.tenant_id = j.tenant_id and a.to_phone = c.phone_e164 and a.campaign_id = j.campaign_id
          and a.send_job_id <> j.id and a.state in ('sending', 'accepted', 'unknown', 'presumed-sent')
      ) as "alreadyInCampaign",
      ${tx.unsafe(CANDIDATE_COLUMNS)}
    from jobs j
    join lateral (select * from contacts where id = j.contact_id limit 1) c on c.tenant_id = j.tenant_id
    ${tx.unsafe(CANDIDATE_LOOK_UPS)}
    order by j.id`;
}

export type NumberRow = {
  id: string;
  phoneE164: string;
  country: string;
  oneWay: boolean;
  segmentsPerSecond: number;
  warmUpStartedOn: string | null;
  warmUpSchedule: number[] | null;
  tokens: number;
  tokensAt: Date;
  sentOn: string | null;
  sentToday: number;
};

export function lockNumbers(tx: PipelineTransaction, tenantId: string): Promise<NumberRow[]> {
  return tx<NumberRow[]>`
    select id, phone_e164 as "phoneE164", country, kind = 'alphanumeric' as "oneWay", segments_per_second as "segmentsPerSecond",
      warm_up_started_on::text as "warmUpStartedOn", warm_up_schedule as "warmUpSchedule",
      tokens, tokens_at as "tokensAt", sent_on::text as "sentOn", sent_today as "sentToday"
    from sending_numbers where tenant_id = ${tenantId} and ${tx.unsafe(NUMBER_IN_USE)}
    order by id for no key update`;
}

export type CampaignRow = Omit<CompiledCampaign, "template" | "offersWayOut" | "pausedAt"> & {
  id: string;
  status: string;
  pausedAt: Date | null;
  updatedAt: Date;
};

/** By the ticket's jobs, not by what was read of them: so it needn't wait for that. */
export async function readCampaigns(tx: PipelineTransaction, tenantId: string, jobIds: string[]) {
  const rows = await tx<CampaignRow[]>`
    select id, kind, status, body, smart_encoding as "smartEncoding", quiet_hours as "quietHours",
      quiet_hours_override_reason as "quietHoursOverrideReason", expires_at as "expiresAt",
      paused_at as "pausedAt", updated_at as "updatedAt"
    from campaigns where tenant_id = ${tenantId} and id in (
      select campaign_id from send_jobs where id = any(${jobIds}::uuid[]))`;
  // Anything but running is closed: paused, canceled, or launched anew after an old ticket.
  return new Map(
    rows.map((row) => {
      const pausedAt = row.status === "running" ? null : (row.pausedAt ?? row.updatedAt);
      return [row.id, compileCampaign({ ...row, pausedAt })];
    }),
  );
}

/** When each of these people last wrote to us, by number: what their replies answer. Opt-outs are no invitation. */
export async function readLastWritings(
  tx: PipelineTransaction,
  tenantId: string,
  phones: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  if (phones.length === 0) return new Map();
  const rows = await tx<{ phone: string; wroteAt: Date }[]>`
    select wanted.phone, latest.created_at as "wroteAt"
    from unnest(${phones as string[]}::text[]) as wanted (phone)
    cross join lateral (
      select created_at from inbound_messages
      where tenant_id = ${tenantId} and from_phone = wanted.phone and kind <> 'opt-out' order by id desc limit 1
    ) latest`;
  return new Map(rows.map(({ phone, wroteAt }) => [phone, wroteAt]));
}
