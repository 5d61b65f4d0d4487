import type { Pipeline } from "./connection.ts";

/** Somebody at the server's own console: `by` names them in the audit log, `tenantId` null means every tenant. */
export interface OperatorDeed {
  tenantId: string | null;
  by: string;
}

/** Pauses what is not paused yet; in force at the commit. Returns the tenants that this paused. */
export async function pauseTenants(
  sql: Pipeline,
  { tenantId, by }: OperatorDeed,
  reason: string,
): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    with paused as (
      update tenants set sending_paused_at = clock_timestamp(), sending_paused_by = null,
        sending_paused_reason = ${reason}, pause_epoch = pause_epoch + 1
      where sending_paused_at is null and (${tenantId}::uuid is null or id = ${tenantId}) returning id, name
    ), noted as (
      insert into audit_log (tenant_id, action, object_kind, object_id, detail)
      select id, 'kill-switch.pause', 'tenant', id::text, ${sql.json({ reason, by })} from paused
    ) select name from paused order by name`;
  return rows.map((row) => row.name);
}

/** Ends pauses; a restore's lock stays. Returns the tenants that this resumed. */
export async function resumeTenants(sql: Pipeline, { tenantId, by }: OperatorDeed): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    with resumed as (
      update tenants set sending_paused_at = null, sending_paused_by = null, sending_paused_reason = null,
        pause_epoch = pause_epoch + 1
      where sending_paused_at is not null and (${tenantId}::uuid is null or id = ${tenantId}) returning id, name
    ), noted as (
      insert into audit_log (tenant_id, action, object_kind, object_id, detail)
      select id, 'kill-switch.resume', 'tenant', id::text, ${sql.json({ by })} from resumed
    ) select name from resumed order by name`;
  return rows.map((row) => row.name);
}

/** Signs everybody out: at once, because each request asks for its session. Returns how many sessions ended. */
export async function endAllSessions(sql: Pipeline, { tenantId, by }: OperatorDeed): Promise<number> {
  const [row] = await sql<{ ended: number }[]>`
    with ended as (
      delete from sessions where ${tenantId}::uuid is null or tenant_id = ${tenantId} returning tenant_id
    ), noted as (
      insert into audit_log (tenant_id, action, object_kind, detail)
      select id, 'session.revoke-all', 'session', ${sql.json({ by })} from tenants
      where ${tenantId}::uuid is null or id = ${tenantId}
    ) select count(*)::int as ended from ended`;
  return row!.ended;
}

export interface TenantState {
  id: string;
  name: string;
  pausedAt: Date | null;
  pausedReason: string | null;
  lockedAt: Date | null;
}

export function listTenantStates(sql: Pipeline): Promise<TenantState[]> {
  return sql<TenantState[]>`
    select id, name, sending_paused_at as "pausedAt", sending_paused_reason as "pausedReason",
      restore_locked_since(restore_locked_at) as "lockedAt"
    from tenants order by name, id limit 1000`;
}

/** Messages whose request to the carrier is under way, and when the last backup was finished. */
export async function readUnderWay(sql: Pipeline): Promise<{ sending: number; lastBackupAt: Date | null }> {
  const [row] = await sql<{ sending: number; lastBackupAt: Date | null }[]>`
    select (select count(*)::int from send_attempts where state = 'sending') as sending,
      (select max(finished_at) from backups) as "lastBackupAt"`;
  return row!;
}
