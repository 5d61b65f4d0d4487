import { sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { idSince } from "./time-ordered-ids.ts";

/**
 * What an operator may rely on after a stop: when the carrier was last handed a message, how many may still reach a
 * phone, and until when the carrier keeps trying.
 */
export interface StopProof {
  at: Date;
  lastHandOverAt: Date | null;
  withCarrier: number;
  expireBy: Date | null;
}

/** Attempts read from the newest on; more than can be in flight at once, so that the latest hand-over is among them. */
const NEWEST_ATTEMPTS = 2_000;

/** Of one campaign, or of the whole tenant. Looks back six hours: an older hand-over proves nothing about a stop. */
export async function readStopProof(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string | null,
): Promise<StopProof> {
  const ofCampaign = campaignId ? sql`and campaign_id = ${campaignId}` : sql``;
  const [row] = await tx.execute<{
    at: string;
    last: string | null;
    withCarrier: number;
    expireBy: string | null;
  }>(sql`
    select clock_timestamp() as at,
      (select max(handed_over_at) from (
        select handed_over_at from send_attempts
        where tenant_id = ${tenantId} ${ofCampaign} and handed_over_at is not null
          and id >= ${idSince(sql`clock_timestamp() - interval '6 hours'`)}
        order by id desc limit ${NEWEST_ATTEMPTS}) newest) as last,
      (select coalesce(sum(jobs), 0)::int from campaign_counters
        where tenant_id = ${tenantId} ${ofCampaign} and status in ('sending', 'sent', 'unknown')) as "withCarrier",
      (select max(coalesce(handed_over_at, claimed_at) + make_interval(secs => validity_seconds)) from send_attempts
        where tenant_id = ${tenantId} ${ofCampaign} and final_at is null
          and state in ('sending', 'accepted', 'unknown')
          and id >= ${idSince(sql`clock_timestamp() - interval '15 minutes'`)}) as "expireBy"`);
  const expireBy = row?.expireBy ? new Date(row.expireBy) : null;
  const at = new Date(row!.at);
  return {
    at,
    lastHandOverAt: row?.last ? new Date(row.last) : null,
    withCarrier: row?.withCarrier ?? 0,
    expireBy: expireBy && expireBy > at ? expireBy : null,
  };
}
