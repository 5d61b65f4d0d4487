import { sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";

/** What happened on the tenant's local day so far, and what stands open. */
export interface Today {
  /** When the day began: the rows that these figures count are found by it. */
  since: Date;
  handedOver: number;
  delivered: number;
  /** Undelivered, or refused by the carrier. */
  failed: number;
  /** Numbers that came onto the do-not-contact list, however they did. */
  optOuts: number;
  /** Messages that wait: for their turn, their hour, money or a person. */
  queued: number;
  /** Of those, the ones that wait for money. */
  queuedForBudget: number;
}

/** From counters: as quick on a day of a million messages as on one of ten. */
export async function readToday(tx: TenantTransaction, tenantId: string): Promise<Today> {
  const [row] = await tx.execute<Omit<Today, "since"> & { since: string } & Record<string, unknown>>(sql`
    with day as materialized (
      select date_trunc('day', statement_timestamp() at time zone timezone) at time zone timezone as since
      from tenants where id = ${tenantId}
    ), sent as (
      select coalesce(sum(handed_over), 0)::int as handed_over, coalesce(sum(delivered), 0)::int as delivered,
        coalesce(sum(undelivered + rejected), 0)::int as failed
      from campaign_pace where tenant_id = ${tenantId} and minute >= (select since from day)
    ), waiting as (
      select coalesce(sum(k.jobs), 0)::int as queued,
        coalesce(sum(k.jobs) filter (where k.reason = 'Budget'), 0)::int as for_budget
      from campaigns c join campaign_counters k on k.campaign_id = c.id and k.status = 'queued'
      where c.tenant_id = ${tenantId} and c.status in ('launching', 'running', 'paused')
    )
    select day.since, sent.handed_over as "handedOver", sent.delivered, sent.failed, waiting.queued,
      waiting.for_budget as "queuedForBudget",
      (select count(*)::int from do_not_contact where tenant_id = ${tenantId} and created_at >= day.since) as "optOuts"
    from day, sent, waiting`);
  return { ...row!, since: new Date(row!.since) };
}
