import {
  BASELINE_CAMPAIGNS_MAX,
  BASELINE_DAYS,
  type Baseline,
  type PartFigures,
} from "@smscrm/core/campaigns/first-part/canary";
import { type SQL, sql } from "drizzle-orm";
import { firstIdSql } from "../../postgres/time-ordered-ids.ts";
import type { Run } from "../launch-copy.ts";

/** Statuses and reasons of messages that the carrier was asked to send. */
const SENT = sql`(k.status in ('sent', 'delivered', 'unknown') or k.status = 'failed' and k.reason in ('Provider error', 'Undelivered'))`;
const FAILED = sql`(k.status = 'failed' and k.reason in ('Provider error', 'Undelivered'))`;

const SINCE = `statement_timestamp() - interval '${BASELINE_DAYS} days'`;

/**
 * Counts what happened to the messages of campaigns, from counters, and who answered within `watchMinutes` of their message.
 * The same for a first part as for what is usual, so that like is compared with like. An opt-out by a link counts too.
 */
async function measure(
  run: Run,
  tenantId: string,
  campaigns: SQL,
  { watchMinutes }: { watchMinutes: number },
): Promise<Baseline> {
  const since = sql.raw(SINCE);
  /** The last text to the person before they answered was of one of the campaigns, and not long before. */
  const answers = (phone: SQL, at: SQL) => sql`exists (
    select 1 from (
      select a.campaign_id, a.claimed_at from send_attempts a
      where a.tenant_id = ${tenantId}::uuid and a.to_phone = ${phone} and a.claimed_at <= ${at}
      order by a.claimed_at desc limit 1
    ) last
    where last.claimed_at >= ${at} - make_interval(mins => ${watchMinutes}::int) and last.campaign_id in (select id from chosen)
  )`;
  const [row] = await run<Baseline>(sql`
    with chosen as materialized (${campaigns}), counts as (
      select sum(k.jobs) filter (where ${SENT}) as sent, sum(k.jobs) filter (where ${FAILED}) as failures,
        sum(k.jobs) filter (where k.status = 'delivered' or ${FAILED}) as reported
      from campaign_counters k where k.tenant_id = ${tenantId}::uuid and k.campaign_id in (select id from chosen)
    ), replies as (
      select m.from_phone as phone, m.kind = 'opt-out' or m.decision = 'opted-out' as is_opt_out
      from inbound_messages m
      where m.tenant_id = ${tenantId}::uuid and m.id >= ${sql.raw(firstIdSql(SINCE))}
        and m.kind in ('opt-out', 'ask-a-person', 'partial-opt-out') and m.decision is distinct from 'dismissed'
        and ${answers(sql`m.from_phone`, sql`m.created_at`)}
      union all
      select d.phone_e164, true from do_not_contact d
      where d.tenant_id = ${tenantId}::uuid and d.created_at >= ${since} and d.source = 'link'
        and ${answers(sql`d.phone_e164`, sql`d.created_at`)}
    )
    select (select count(*)::int from chosen) as campaigns,
      coalesce(counts.sent, 0)::int as sent, coalesce(counts.failures, 0)::int as failures,
      coalesce(counts.reported, 0)::int as reported,
      (select count(distinct phone)::int from replies where is_opt_out) as "optOuts",
      (select count(distinct phone)::int from replies where not is_opt_out) as complaints
    from counts`);
  return row!;
}

/** Measures a first part: all of a campaign that has gone, while the rest waits. */
export async function measurePart(
  run: Run,
  { tenantId, campaignId, watchMinutes }: { tenantId: string; campaignId: string; watchMinutes: number },
): Promise<PartFigures> {
  const campaigns = sql`select ${campaignId}::uuid as id`;
  const { campaigns: _, ...figures } = await measure(run, tenantId, campaigns, { watchMinutes });
  return figures;
}

/** Measures the tenant's last campaigns, as they were in their first `watchMinutes`. */
export function readBaseline(
  run: Run,
  { tenantId, campaignId, watchMinutes }: { tenantId: string; campaignId: string; watchMinutes: number },
): Promise<Baseline> {
  const campaigns = sql`
    select c.id from campaigns c
    where c.tenant_id = ${tenantId}::uuid and c.kind = 'campaign' and c.id <> ${campaignId}::uuid and c.launched_at is not null
      and c.launched_at > clock_timestamp() - make_interval(days => ${BASELINE_DAYS}::int)
    order by c.id desc limit ${BASELINE_CAMPAIGNS_MAX}::int`;
  return measure(run, tenantId, campaigns, { watchMinutes });
}
