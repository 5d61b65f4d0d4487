import { sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { idSince } from "./time-ordered-ids.ts";

/** What happened on the tenant's local day so far. */
export interface Today {
  handedOver: number;
  delivered: number;
  failed: number;
  optOuts: number;
  replies: number;
}

export async function readToday(tx: TenantTransaction, tenantId: string): Promise<Today> {
  const midnight = sql`(select date_trunc('day', clock_timestamp() at time zone timezone) at time zone timezone
    from tenants where id = ${tenantId})`;
  const [row] = await tx.execute<Today & Record<string, unknown>>(sql`
    with handed as materialized (
      select handed_over_at, carrier_status from send_attempts
      where tenant_id = ${tenantId} and id >= ${idSince(midnight)} and state in ('accepted', 'presumed-sent', 'unknown')
    ), refused as materialized (
      select count(*)::int as jobs from send_attempts
      where tenant_id = ${tenantId} and id >= ${idSince(midnight)} and state = 'rejected'
    ), answers as materialized (
      select kind from inbound_messages where tenant_id = ${tenantId} and id >= ${idSince(midnight)}
    )
    select (select count(*)::int from handed) as "handedOver",
      (select count(*)::int from handed where carrier_status = 'delivered') as delivered,
      (select count(*)::int from handed where carrier_status in ('failed', 'undelivered'))
        + (select jobs from refused) as failed,
      (select count(*)::int from answers where kind = 'opt-out') as "optOuts",
      (select count(*)::int from answers) as replies`);
  return row!;
}
