import type { Pipeline } from "./connection.ts";

/**
 * Pauses a tenant because the carrier refuses everything from it (credentials revoked, account suspended): every
 * further message would fail the same way. A person resumes it, as after any pause.
 */
export async function holdTenant(sql: Pipeline, tenantId: string, why: string): Promise<void> {
  await sql`
    with paused as (
      update tenants set sending_paused_at = clock_timestamp(), sending_paused_by = null,
        sending_paused_reason = ${why}, pause_epoch = pause_epoch + 1
      where id = ${tenantId} and sending_paused_at is null returning id
    )
    insert into audit_log (tenant_id, action, object_kind, object_id, detail)
    select id, 'kill-switch.pause', 'tenant', id::text, ${sql.json({ why, by: "carrier" })} from paused`;
}

/** Pauses a campaign in which the carrier refuses one message after the other for the same reason. */
export async function pauseCampaignOfAttempt(sql: Pipeline, attemptId: string, why: string): Promise<void> {
  await sql`
    with paused as (
      update campaigns set status = 'paused', paused_at = clock_timestamp(), updated_at = clock_timestamp()
      where status in ('running', 'launching')
        and id = (select campaign_id from send_attempts where id = ${attemptId}) returning id, tenant_id
    )
    insert into audit_log (tenant_id, action, object_kind, object_id, detail)
    select tenant_id, 'campaign.pause', 'campaign', id::text, ${sql.json({ why, by: "carrier" })} from paused`;
}
