import { campaignStatusesBefore } from "@smscrm/core/campaigns/campaign";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, transact } from "../postgres/connection.ts";
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
  await transact(sql, async (tx) => {
    const paused = await tx<{ tenantId: string; objectId: string }[]>`
      update campaigns set status = 'paused', paused_at = clock_timestamp(), updated_at = clock_timestamp()
      where status = any(${campaignStatusesBefore("paused")})
        and id = (select campaign_id from send_attempts where id = ${attemptId})
      returning tenant_id as "tenantId", id::text as "objectId"`;
    const note = { actorId: null, action: "campaign.pause", objectKind: "campaign" };
    await recordPipelineAudits(
      tx,
      paused.map((one) => ({ ...note, ...one, detail: { why, by: "carrier" } })),
    );
  });
}
