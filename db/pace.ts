import { sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";

/** What was handed over in a stretch of time, and what became of it so far. */
export interface PacePoint {
  at: Date;
  handedOver: number;
  delivered: number;
  undelivered: number;
}

/** Points a chart can use; longer campaigns are told in wider steps. */
const MOST_POINTS = 240;

/** A campaign's hand-overs by the minute, or by as many minutes as fit the chart. From counters: rows of minutes, not of messages. */
export async function readCampaignPace(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
): Promise<PacePoint[]> {
  const rows = await tx.execute<RawPoint>(sql`
    with minutes as materialized (
      select minute, sum(handed_over)::int as handed_over, sum(delivered)::int as delivered,
        sum(undelivered)::int as undelivered
      from campaign_pace where tenant_id = ${tenantId} and campaign_id = ${campaignId} group by 1
    ), span as (
      select min(minute) as first, greatest(1, ceil(extract(epoch from max(minute) - min(minute)) / 60 / ${MOST_POINTS})) as step
      from minutes
    )
    select date_bin(make_interval(mins => span.step::int), minute, span.first) as at, sum(handed_over)::int as "handedOver",
      sum(delivered)::int as delivered, sum(undelivered)::int as undelivered
    from minutes cross join span group by 1 order by 1`);
  return rows.map(toPoint);
}

/** The tenant's hand-overs of the last hour by the minute, without the minutes in which nothing went. */
export async function readRecentPace(tx: TenantTransaction, tenantId: string): Promise<PacePoint[]> {
  const rows = await tx.execute<RawPoint>(sql`
    select minute as at, sum(handed_over)::int as "handedOver", sum(delivered)::int as delivered,
      sum(undelivered)::int as undelivered
    from campaign_pace
    where tenant_id = ${tenantId} and minute > statement_timestamp() - interval '61 minutes' group by 1 order by 1`);
  return rows.map(toPoint);
}

type RawPoint = Omit<PacePoint, "at"> & { at: string } & Record<string, unknown>;
const toPoint = ({ at, handedOver, delivered, undelivered }: RawPoint): PacePoint => ({
  at: new Date(at),
  handedOver,
  delivered,
  undelivered,
});
