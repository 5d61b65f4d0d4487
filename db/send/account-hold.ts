import { campaignStatusesBefore } from "@smscrm/core/campaigns/campaign";
import type { Pipeline } from "../postgres/connection.ts";
import { pauseTenants } from "../tenants/operators.ts";

/**
 * Pauses a tenant because the carrier refuses everything from it (credentials revoked, account suspended): every
 * further message would fail too. An operator resumes it, as after any pause.
 */
export async function holdTenant(sql: Pipeline, tenantId: string, why: string): Promise<void> {
  await pauseTenants(sql, { tenantId, by: "carrier" }, why);
}

/** Pauses a campaign when the carrier refuses one message after another for the same reason. */
export async function pauseCampaignOfAttempt(sql: Pipeline, attemptId: string, why: string): Promise<void> {
  await sql`
    with paused as (
      update campaigns set status = 'paused', paused_at = clock_timestamp(), updated_at = clock_timestamp()
      where status = any(${campaignStatusesBefore("paused")})
        and id = (select campaign_id from send_attempts where id = ${attemptId}) returning id, tenant_id
    )
    insert into audit_log (tenant_id, action, object_kind, object_id, detail)
    select tenant_id, 'campaign.pause', 'campaign', id::text, ${sql.json({ why, by: "carrier" })} from paused`;
}
