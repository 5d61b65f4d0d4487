import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/**
 * The proof of a stop: when the last message was submitted, how many may still reach a phone, and until when the
 * carrier tries.
 */
export interface StopProof {
  at: Date;
  lastSubmittedAt: Date | null;
  withCarrier: number;
  expireBy: Date | null;
}

/**
 * Reads the proof for one campaign or the whole tenant. Looks back six hours: an older submission proves nothing
 * about a stop.
 */
export async function readStopProof(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string | null,
): Promise<StopProof> {
  const ofCampaign = campaignId ? sql`and campaign_id = ${campaignId}` : sql``;
  // Longer than the longest validity of a message.
  const ours = sql`tenant_id = ${tenantId} ${ofCampaign} and claimed_at >= statement_timestamp() - interval '15 minutes'`;
  const [row] = await tx.execute<{
    at: string;
    last: string | null;
    withCarrier: number;
    expireBy: string | null;
  }>(sql`
    select clock_timestamp() as at,
      (select max(last_handed_over_at) from campaign_pace
        where tenant_id = ${tenantId} ${ofCampaign} and minute >= greatest(
          statement_timestamp() - interval '6 hours',
          (select max(minute) - interval '1 minute' from campaign_pace where tenant_id = ${tenantId} ${ofCampaign})
        )) as last,
      (select coalesce(sum(jobs), 0)::int from campaign_counters
        where tenant_id = ${tenantId} ${ofCampaign} and status in ('sending', 'sent', 'unknown')) as "withCarrier",
      -- Finds messages without a final status, which are few, by their look-up. By claim time it would read all recent messages.
      -- A look-up is at most half an hour ahead; one more minute covers messages that settle at this moment.
      (select max(coalesce(handed_over_at, claimed_at) + make_interval(secs => validity_seconds)) from (
        select handed_over_at, claimed_at, validity_seconds from send_attempts
        where state = 'sending' and ${ours}
        union all
        select handed_over_at, claimed_at, validity_seconds from send_attempts
        where look_up_at <= statement_timestamp() + interval '31 minutes' and final_at is null
          and state in ('accepted', 'unknown') and ${ours}) open) as "expireBy"`);
  const expireBy = row?.expireBy ? new Date(row.expireBy) : null;
  const at = new Date(row!.at);
  return {
    at,
    lastSubmittedAt: row?.last ? new Date(row.last) : null,
    withCarrier: row?.withCarrier ?? 0,
    expireBy: expireBy && expireBy > at ? expireBy : null,
  };
}
