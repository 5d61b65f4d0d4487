import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
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
  return transact(sql, async (tx) => {
    await lockTenants(tx, tenantId);
    const paused = await tx<{ id: string; name: string }[]>`
      update tenants set ${tx.unsafe(PAUSE.set)}, sending_paused_by = null, sending_paused_reason = ${reason}
      where ${tx.unsafe(PAUSE.where)} and (${tenantId}::uuid is null or id = ${tenantId}) and not is_platform
      returning id, name`;
    await noteInTenants(tx, paused, "kill-switch.pause", { reason, by });
    return paused.map(({ name }) => name).sort();
  });
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
    const ended = await tx<{ id: string; name: string; isSuspended: boolean }[]>`
      update tenants set ${tx.unsafe(RESUME.set)}
      where ${tx.unsafe(RESUME.where)} and (${tenantId}::uuid is null or id = ${tenantId})
      returning id, name, suspended_at is not null as "isSuspended"`;
    await noteInTenants(tx, ended, "kill-switch.resume", { by });
    const resumed = ended.filter(({ isSuspended }) => !isSuspended);
    const suspended = await tx<{ name: string }[]>`
      select name from tenants where suspended_at is not null and (${tenantId}::uuid is null or id = ${tenantId})
      order by name`;
    return { resumed: resumed.map(({ name }) => name).sort(), suspended: suspended.map(({ name }) => name) };
  });
}

/**
 * Signs everyone out at once, because each request checks its session. For all tenants it also ends known browsers and
 * open reset links. Returns how many sessions ended.
 */
export function endAllSessions(sql: Pipeline, { tenantId, by }: OperatorAction): Promise<number> {
  return transact(sql, async (tx) => {
    const ended = await tx`
      delete from sessions where ${tenantId}::uuid is null or tenant_id = ${tenantId} returning 1`;
    if (tenantId === null) {
      await tx`delete from known_browsers`;
      await tx`delete from password_resets`;
    }
    const tenants = await tx<{ id: string }[]>`
      select id from tenants where ${tenantId}::uuid is null or id = ${tenantId}`;
    const note = { actorId: null, action: "session.revoke-all", objectKind: "session", detail: { by } };
    await recordPipelineAudits(
      tx,
      tenants.map(({ id }) => ({ ...note, tenantId: id })),
    );
    return ended.length;
  });
}

function noteInTenants(
  tx: PipelineTransaction,
  tenants: readonly { id: string }[],
  action: string,
  detail: Record<string, string>,
): Promise<void> {
  const note = { actorId: null, action, objectKind: "tenant", detail };
  return recordPipelineAudits(
    tx,
    tenants.map(({ id }) => ({ ...note, tenantId: id, objectId: id })),
  );
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
    from tenants where not is_platform order by name, id limit 1000`;
}

/** Returns how many requests to the carrier are under way, and when the last backup was finished. */
export async function readUnderWay(sql: Pipeline): Promise<{ sending: number; lastBackupAt: Date | null }> {
  const [row] = await sql<{ sending: number; lastBackupAt: Date | null }[]>`
    select (select count(*)::int from send_attempts where state = 'sending') as sending,
      (select max(finished_at) from backups) as "lastBackupAt"`;
  return row!;
}
