import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/** The figures of the tenant's local day so far, and its queued messages. */
export interface Today {
  /** When the day began, to find the rows behind these figures. */
  since: Date;
  submitted: number;
  delivered: number;
  /** Undelivered, or refused by the carrier. */
  failed: number;
  /** Numbers added to the do-not-contact list, from any source. */
  optOuts: number;
  /** Messages that wait for capacity, a time, money or a person. */
  queued: number;
  /** Of those: messages that wait for money. */
  queuedForBudget: number;
}

/** Reads counters: as fast on a day with a million messages as with ten. */
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
    select day.since, sent.handed_over as "submitted", sent.delivered, sent.failed, waiting.queued,
      waiting.for_budget as "queuedForBudget",
      (select count(*)::int from do_not_contact where tenant_id = ${tenantId} and created_at >= day.since) as "optOuts"
    from day, sent, waiting`);
  return { ...row!, since: new Date(row!.since) };
}
