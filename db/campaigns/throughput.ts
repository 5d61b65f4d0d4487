import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/** The messages submitted in one period, and their results so far. */
export interface ThroughputPoint {
  at: Date;
  submitted: number;
  delivered: number;
  undelivered: number;
}

/** The most points of a chart; longer campaigns get wider steps. */
const POINTS_MAX = 240;

/**
 * Returns a campaign's submissions per minute, or per step if the chart has too few points. Reads counters: rows of
 * minutes, not of messages.
 */
export async function readCampaignThroughput(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
): Promise<ThroughputPoint[]> {
  const rows = await tx.execute<RawPoint>(sql`
    with minutes as materialized (
      select minute, sum(handed_over)::int as handed_over, sum(delivered)::int as delivered,
        sum(undelivered)::int as undelivered
      from campaign_pace where tenant_id = ${tenantId} and campaign_id = ${campaignId} group by 1
    ), span as (
      select min(minute) as first, greatest(1, ceil(extract(epoch from max(minute) - min(minute)) / 60 / ${POINTS_MAX})) as step
      from minutes
    )
    select date_bin(make_interval(mins => span.step::int), minute, span.first) as at, sum(handed_over)::int as "submitted",
      sum(delivered)::int as delivered, sum(undelivered)::int as undelivered
    from minutes cross join span group by 1 order by 1`);
  return rows.map(toPoint);
}

/** Returns the tenant's submissions per minute of the last hour, without empty minutes. */
export async function readRecentThroughput(
  tx: TenantTransaction,
  tenantId: string,
): Promise<ThroughputPoint[]> {
  const rows = await tx.execute<RawPoint>(sql`
    select minute as at, sum(handed_over)::int as "submitted", sum(delivered)::int as delivered,
      sum(undelivered)::int as undelivered
    from campaign_pace
    where tenant_id = ${tenantId} and minute > statement_timestamp() - interval '61 minutes' group by 1 order by 1`);
  return rows.map(toPoint);
}

type RawPoint = Omit<ThroughputPoint, "at"> & { at: string } & Record<string, unknown>;
const toPoint = ({ at, submitted, delivered, undelivered }: RawPoint): ThroughputPoint => ({
  at: new Date(at),
  submitted,
  delivered,
  undelivered,
});
