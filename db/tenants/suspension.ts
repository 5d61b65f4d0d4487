import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";

/** An action of the platform's operator: `by` names them in the audit log, and in the dashboard `userId` too. */
export interface SuspensionChange {
  tenantId: string;
  by: string;
  userId?: string | undefined;
  reason: string;
}

export interface Suspension {
  at: Date;
  reason: string;
}

/** Returns the tenant with this id, or those with this name in any case: a tenant can rename itself to another's. */
export function findTenantsByNameOrId(
  sql: Pipeline,
  nameOrId: string,
): Promise<{ id: string; name: string }[]> {
  return sql<{ id: string; name: string }[]>`
    select id, name from tenants
    where (id::text = lower(${nameOrId}) or lower(name) = lower(${nameOrId})) and not is_platform
    order by id limit 20`;
}

/**
 * Suspends a tenant from the commit on: a pause that only `reinstateTenant` ends. A pause of its own stays as it is.
 * Returns the earlier suspension if there is one, which stays unchanged.
 */
export function suspendTenant(
  sql: Pipeline,
  { tenantId, reason, ...actor }: SuspensionChange,
): Promise<{ already: Suspension | null }> {
  return transact(sql, async (tx) => {
    const already = await lockedSuspension(tx, tenantId);
    if (already) return { already: { at: already.at, reason: already.reason } };
    // One clock reading for both columns: equal times mean that the pause is only the suspension's.
    await tx`
      with present as materialized (select clock_timestamp() as at)
      update tenants set suspended_at = present.at, suspended_reason = ${reason},
        sending_paused_at = coalesce(sending_paused_at, present.at), pause_epoch = pause_epoch + 1
      from present where id = ${tenantId}`;
    await note(tx, "tenant.suspend", { tenantId, reason, ...actor });
    return { already: null };
  });
}

/**
 * Ends a suspension. Returns whether the tenant stays paused, because it was paused on its own as well, or null if it
 * was not suspended. A closed tenant stays suspended.
 */
export function reinstateTenant(
  sql: Pipeline,
  { tenantId, reason, ...actor }: SuspensionChange,
): Promise<{ staysPaused: boolean } | "closed" | null> {
  return transact(sql, async (tx) => {
    const before = await lockedSuspension(tx, tenantId);
    if (!before) return null;
    if (before.closed) return "closed";
    const [row] = await tx<{ staysPaused: boolean }[]>`
      update tenants set sending_paused_at = nullif(sending_paused_at, suspended_at), suspended_at = null,
        suspended_reason = null, pause_epoch = pause_epoch + 1
      where id = ${tenantId} returning sending_paused_at is not null as "staysPaused"`;
    await note(tx, "tenant.reinstate", { tenantId, reason, ...actor });
    return row!;
  });
}

async function lockedSuspension(
  tx: PipelineTransaction,
  tenantId: string,
): Promise<(Suspension & { closed: boolean }) | null> {
  const [row] = await tx<{ at: Date | null; reason: string; closed: boolean }[]>`
    select suspended_at as at, suspended_reason as reason, closed_at is not null as closed
    from tenants where id = ${tenantId} for no key update`;
  return row?.at ? { ...row, at: row.at } : null;
}

async function note(
  tx: PipelineTransaction,
  action: "tenant.suspend" | "tenant.reinstate",
  { tenantId, by, userId, reason }: SuspensionChange,
): Promise<void> {
  const note = { tenantId, actorId: userId ?? null, action, objectKind: "tenant", objectId: tenantId };
  await recordPipelineAudits(tx, [{ ...note, detail: { reason, by } }]);
}
