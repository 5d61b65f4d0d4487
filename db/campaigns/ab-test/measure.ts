import type { VariantFigures } from "@smscrm/core/campaigns/ab-test/ab-test";
import { sql } from "drizzle-orm";
import { firstId } from "../../postgres/time-ordered-ids.ts";
import type { Run } from "../run.ts";

/**
 * Counts what happened to the people of a test, by the text that they were sent. Those to whom nothing has gone are in no
 * share. A person counts once in each. Replies that may be an opt-out are not counted as replies. `before`: what was counted
 * last, which says how many people were frozen for each text.
 */
export async function measureVariants(
  run: Run,
  {
    tenantId,
    campaignId,
    testDraws,
    launchedAt,
  }: {
    tenantId: string;
    campaignId: string;
    testDraws: number | null;
    launchedAt: Date;
  },
  before: readonly VariantFigures[],
): Promise<VariantFigures[]> {
  const since = launchedAt.toISOString();
  const rows = await run<Omit<VariantFigures, "people">>(sql`
    with jobs as materialized (
      select j.id, coalesce(j.variant, 1) as variant, j.phone_e164 as phone, j.claimed_at,
        j.status = 'delivered' or j.status = 'failed' as reported, j.status = 'failed' as failed
      from send_jobs j
      where j.campaign_id = ${campaignId}::uuid and j.draw <= ${testDraws}::int
        and (j.status in ('sent', 'delivered', 'unknown') or j.status = 'failed' and j.failure_reason in ('Provider error', 'Undelivered'))
    ), answers as (
      select j.variant, j.id, m.kind = 'opt-out' or coalesce(m.decision = 'opted-out', false) as is_opt_out,
        m.kind = 'partial-opt-out' and m.decision is null as is_doubtful
      from inbound_messages m join jobs j on j.phone = m.from_phone
      where m.tenant_id = ${tenantId}::uuid and m.campaign_id = ${campaignId}::uuid
        and m.id >= ${firstId(launchedAt)}::uuid
      union all
      select j.variant, j.id, true, false
      from do_not_contact d join jobs j on j.phone = d.phone_e164
      where d.tenant_id = ${tenantId}::uuid and d.source = 'link' and d.created_at >= ${since}::timestamptz
        and d.created_at >= j.claimed_at
    ), answered as (
      select variant, count(distinct id) filter (where is_opt_out)::int as opt_outs,
        count(distinct id) filter (where not is_opt_out and not is_doubtful)::int as replies
      from answers group by 1
    ), clicked as (
      select j.variant, count(distinct c.send_job_id)::int as clicks
      from link_clicks c join jobs j on j.id = c.send_job_id
      where c.tenant_id = ${tenantId}::uuid and c.campaign_id = ${campaignId}::uuid group by 1
    ), clickable as (
      select j.variant, count(*)::int as people
      from link_recipients r join jobs j on j.id = r.send_job_id
      where r.tenant_id = ${tenantId}::uuid and r.campaign_id = ${campaignId}::uuid group by 1
    )
    select j.variant, count(*)::int as sent, count(*) filter (where j.reported)::int as reported,
      count(*) filter (where j.failed)::int as failures,
      coalesce(max(answered.replies), 0) as replies, coalesce(max(answered.opt_outs), 0) as "optOuts",
      coalesce(max(clicked.clicks), 0) as clicks, coalesce(max(clickable.people), 0) as clickable
    from jobs j left join answered using (variant) left join clicked using (variant) left join clickable using (variant)
    group by j.variant`);
  const found = new Map(rows.map((row) => [row.variant, row]));
  return before.map(({ variant, people }) => ({ ...nothing(variant), ...found.get(variant), people }));
}

/** The figures of a text before anything has gone. */
const nothing = (variant: number): VariantFigures => ({
  ...{ variant, people: 0, sent: 0, reported: 0, failures: 0 },
  ...{ replies: 0, optOuts: 0, clicks: 0, clickable: 0 },
});

/** Counts for how many people of a test each text was frozen. */
export async function peopleByVariant(
  run: Run,
  campaignId: string,
  testDraws: number,
  variants: number,
): Promise<VariantFigures[]> {
  const rows = await run<{ variant: number; people: number }>(sql`
    select variant, count(*)::int as people from send_jobs
    where campaign_id = ${campaignId}::uuid and draw <= ${testDraws}::int group by 1`);
  const people = new Map(rows.map((row) => [row.variant, row.people]));
  return Array.from({ length: variants }, (_, at) => ({
    ...nothing(at + 1),
    people: people.get(at + 1) ?? 0,
  }));
}
