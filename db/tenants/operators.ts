import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { PAUSE, RESUME } from "./kill-switch.ts";

/**
 * An action at the server's own console, or by the program itself. `by` names the actor in the audit log; `tenantId`
 * null means every tenant.
 */
export interface OperatorAction {
  tenantId: string | null;
  by: string;
}

/** Locks tenants in the order of their ids, so that two such actions don't deadlock. */
const lockTenants = (tx: PipelineTransaction, tenantId: string | null) =>
  tx`select 1 from tenants where ${tenantId}::uuid is null or id = ${tenantId} order by id for no key update`;

/** Pauses tenants that are not paused yet; takes effect at the commit. Returns the tenants that it paused. */
export async function pauseTenants(
  sql: Pipeline,
  { tenantId, by }: OperatorAction,
  reason: string,
): Promise<string[]> {
  const rows = await transact(sql, async (tx) => {
    await lockTenants(tx, tenantId);
    return tx<{ name: string }[]>`
      with paused as (
        update tenants set ${tx.unsafe(PAUSE.set)}, sending_paused_by = null, sending_paused_reason = ${reason}
        where ${tx.unsafe(PAUSE.where)} and (${tenantId}::uuid is null or id = ${tenantId}) returning id, name
      ), noted as (
        insert into audit_log (tenant_id, action, object_kind, object_id, detail)
        select id, 'kill-switch.pause', 'tenant', id::text, ${sql.json({ reason, by })} from paused order by paused.id
      ) select name from paused order by name`;
  });
  return rows.map((row) => row.name);
}

/**
 * Ends the pauses of tenants; a restore's lock and a suspension stay. Returns the tenants that it resumed, and those
 * that stay paused because they are suspended.
 */
export async function resumeTenants(
  sql: Pipeline,
  { tenantId, by }: OperatorAction,
): Promise<{ resumed: string[]; suspended: string[] }> {
  return transact(sql, async (tx) => {
    await lockTenants(tx, tenantId);
    const resumed = await tx<{ name: string }[]>`
      with resumed as (
        update tenants set ${tx.unsafe(RESUME.set)}
        where ${tx.unsafe(RESUME.where)} and (${tenantId}::uuid is null or id = ${tenantId}) returning id, name, suspended_at
      ), noted as (
        insert into audit_log (tenant_id, action, object_kind, object_id, detail)
        select id, 'kill-switch.resume', 'tenant', id::text, ${sql.json({ by })} from resumed order by resumed.id
      ) select name from resumed where suspended_at is null order by name`;
    const suspended = await tx<{ name: string }[]>`
      select name from tenants where suspended_at is not null and (${tenantId}::uuid is null or id = ${tenantId})
      order by name`;
    return { resumed: resumed.map(({ name }) => name), suspended: suspended.map(({ name }) => name) };
  });
}

/**
 * Signs everyone out at once, because each request checks its session. For all tenants it also ends known browsers and
 * open reset links. Returns how many sessions ended.
 */
export async function endAllSessions(sql: Pipeline, { tenantId, by }: OperatorAction): Promise<number> {
  const [row] = await sql<{ ended: number }[]>`
    with ended as (
      delete from sessions where ${tenantId}::uuid is null or tenant_id = ${tenantId} returning tenant_id
    ), strangers as (
      delete from known_browsers where ${tenantId}::uuid is null
    ), unlinked as (
      delete from password_resets where ${tenantId}::uuid is null
    ), noted as (
      insert into audit_log (tenant_id, action, object_kind, detail)
      select id, 'session.revoke-all', 'session', ${sql.json({ by })} from tenants
      where ${tenantId}::uuid is null or id = ${tenantId} order by tenants.id
    ) select count(*)::int as ended from ended`;
  return row!.ended;
}

export interface TenantState {
  id: string;
  name: string;
  pausedAt: Date | null;
  pausedReason: string | null;
  lockedAt: Date | null;
  suspendedAt: Date | null;
  suspendedReason: string | null;
}

export function listTenantStates(sql: Pipeline): Promise<TenantState[]> {
  return sql<TenantState[]>`
    select id, name, sending_paused_at as "pausedAt", sending_paused_reason as "pausedReason",
      restore_locked_since(restore_locked_at) as "lockedAt",
      suspended_at as "suspendedAt", suspended_reason as "suspendedReason"
    from tenants order by name, id limit 1000`;
}

/** Returns how many requests to the carrier are under way, and when the last backup was finished. */
export async function readUnderWay(sql: Pipeline): Promise<{ sending: number; lastBackupAt: Date | null }> {
  const [row] = await sql<{ sending: number; lastBackupAt: Date | null }[]>`
    select (select count(*)::int from send_attempts where state = 'sending') as sending,
      (select max(finished_at) from backups) as "lastBackupAt"`;
  return row!;
}
