import type { ReplayCampaign } from "@smscrm/core/replay/replay";
import type { RulesInForce } from "@smscrm/core/replay/sending-rules";
import type { StoredMessage } from "@smscrm/core/replay/stored-message";
import type { Pipeline } from "../postgres/connection.ts";
import { firstId } from "../postgres/time-ordered-ids.ts";

export interface ReplayPage {
  messages: StoredMessage[];
  /** The last message that was read, with or without a decision in the time; null: there are no more. */
  lastId: string | null;
  scanned: number;
}

/** Whose messages a replay reads: one tenant's, or every tenant's to a country. */
export type ReplayScope = { tenantId: string } | { country: string };

const ofTenant = (sql: Pipeline, scope: ReplayScope) =>
  "tenantId" in scope ? sql`tenant_id = ${scope.tenantId}` : sql`true`;

/**
 * Returns the id before all messages that may have a decision since then: those of campaigns that were not over. Ids are
 * ordered by time, and messages are written after the launch.
 */
export async function firstMessageId(sql: Pipeline, scope: ReplayScope, since: Date): Promise<string> {
  const [row] = await sql<{ launchedAt: Date | null }[]>`
    select min(launched_at) as "launchedAt" from campaigns
    where ${ofTenant(sql, scope)} and coalesce(completed_at, canceled_at, 'infinity') >= ${since}`;
  return firstId(row!.launchedAt ?? since);
}

export async function countMessages(sql: Pipeline, tenantId: string, afterId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from send_jobs where tenant_id = ${tenantId} and id > ${afterId}`;
  return row!.count;
}

/** Returns about how many messages of every tenant there are since then, by their campaigns' counters. */
export async function countEveryMessage(sql: Pipeline, since: Date): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select coalesce(sum(n.jobs), 0)::float8 as count from campaign_counters n
    where n.campaign_id in (
      select id from campaigns where coalesce(completed_at, canceled_at, 'infinity') >= ${since})`;
  return row!.count;
}

/**
 * Returns the next messages that changed since then, with their decisions. `limit` is how many are looked at, so that a
 * page costs the same whether it finds something or not.
 */
export async function readReplayPage(
  sql: Pipeline,
  scope: ReplayScope,
  { afterId, since, until, limit }: { afterId: string; since: Date; until: Date; limit: number },
): Promise<ReplayPage> {
  const ids = await sql<{ id: string }[]>`
    select id from send_jobs where ${ofTenant(sql, scope)} and id > ${afterId} order by id limit ${limit}`;
  const lastId = ids.at(-1)?.id ?? null;
  if (lastId === null) return { messages: [], lastId, scanned: 0 };
  const messages = await sql<StoredMessage[]>`
    select id, tenant_id as "tenantId", campaign_id as "campaignId", phone_e164 as "phoneE164", country, segments,
      price_micros::float8 as "priceMicros", status, verdict,
      coalesce(claimed_at, final_at, updated_at) as "changedAt",
      case when attempts > 1 then (
        select count(*)::int from send_attempts a where a.send_job_id = j.id and a.id <> j.last_attempt_id
          and a.state <> 'released' and a.claimed_at > ${since} and a.claimed_at <= ${until}) else 0 end as "sentBefore"
    from send_jobs j
    where ${ofTenant(sql, scope)} and id > ${afterId} and id <= ${lastId} and updated_at > ${since}
      and ${toCountry(sql, scope)}
    order by id`;
  return { messages, lastId, scanned: ids.length };
}

/** By the number, or by the address: the rules of both countries apply. */
const toCountry = (sql: Pipeline, scope: ReplayScope) =>
  "country" in scope
    ? sql`(country = ${scope.country} or verdict #>> '{facts,address}' = ${scope.country})`
    : sql`true`;

/** A decision whose earlier submissions are asked for. */
export interface HistoryWanted {
  phoneE164: string;
  at: Date;
  jobId: string;
}

/**
 * Returns the submissions to each number in the seven days before a decision, as they stood then: one that was given
 * back or rejected later still counted. Within one claim messages are decided in the order of their ids.
 */
export async function readHistories(
  sql: Pipeline,
  tenantId: string,
  wanted: readonly HistoryWanted[],
): Promise<Date[][]> {
  if (wanted.length === 0) return [];
  const rows = await sql<{ submissions: Date[] | null }[]>`
    select history.submissions
    from unnest(${wanted.map((one) => one.phoneE164)}::text[], ${wanted.map((one) => one.at.toISOString())}::text[]::timestamptz[],
      ${wanted.map((one) => one.jobId)}::uuid[]) with ordinality as w (phone, at, job_id, n)
    cross join lateral (
      select array_agg(a.claimed_at order by a.claimed_at desc) as submissions from (
        select claimed_at from send_attempts
        where tenant_id = ${tenantId} and to_phone = w.phone and claimed_at > w.at - interval '7 days'
          and (claimed_at < w.at or claimed_at = w.at and send_job_id < w.job_id)
          and (state in ('sending', 'accepted', 'unknown', 'presumed-sent') or settled_at > w.at)
        order by claimed_at desc limit 50
      ) a
    ) history order by w.n`;
  return rows.map((row) => row.submissions ?? []);
}

/** Returns what these campaigns decide about their messages. */
export async function readReplayCampaigns(
  sql: Pipeline,
  tenantId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReplayCampaign>> {
  const rows = await sql<(ReplayCampaign & { id: string })[]>`
    select id, kind, purpose, topic, quiet_hours as "quietHours",
      quiet_hours_override_reason as "quietHoursOverrideReason", expires_at as "expiresAt",
      case when kind = 'confirmation' then launched_at end as "confirmsOptOutOf",
      case when kind = 'sign-up' then launched_at end as "signedUpAt",
      case when test_number_id is not null then (
        select jsonb_build_object('byOwnerAt', campaigns.asked_by_owner_at) from test_numbers n
        where n.tenant_id = campaigns.tenant_id and n.id = campaigns.test_number_id
          and coalesce(n.removed_at, 'infinity') > campaigns.launched_at
          and (n.verified_at is not null or campaigns.kind = 'code')
      ) end as requested
    from campaigns where tenant_id = ${tenantId} and id = any(${ids as string[]}::uuid[])`;
  return new Map(
    rows.map(({ id, requested, ...campaign }) => {
      const byOwnerAt = requested?.byOwnerAt;
      return [
        id,
        { ...campaign, requested: requested && { byOwnerAt: byOwnerAt ? new Date(byOwnerAt) : null } },
      ];
    }),
  );
}

/** Returns the rules of a tenant by version. */
export async function readRulesByVersion(
  sql: Pipeline,
  tenantId: string,
  revisions: readonly number[],
): Promise<ReadonlyMap<number, RulesInForce>> {
  const rows = await sql<{ revision: number; rules: RulesInForce }[]>`
    select revision, rules from rule_versions
    where tenant_id = ${tenantId} and revision = any(${revisions as number[]}::int[])`;
  return new Map(rows.map(({ revision, rules }) => [revision, rules]));
}
