import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { cancelQueuedJobs } from "../campaigns/campaign-states.ts";
import { type Pipeline, type TenantDatabase, transact } from "../postgres/connection.ts";
import type { PlatformActor } from "./limits.ts";

export interface ClosingChange {
  tenantId: string;
  reason: string;
}

export type Closed =
  | { outcome: "closed"; canceled: number; endedSessions: number; numbers: string[] }
  | { outcome: "already"; at: Date; reason: string }
  | { outcome: "not-found" };

/**
 * Closes a tenant: nothing is sent, unfinished campaigns are canceled for good, and nobody can sign in there. Its rows
 * stay, and a STOP to its numbers is still recorded. The caller empties the canceled campaigns' queues.
 */
export function closeTenant(
  sql: Pipeline,
  actor: PlatformActor,
  { tenantId, reason }: ClosingChange,
): Promise<Closed> {
  return transact(sql, async (tx): Promise<Closed> => {
    const [before] = await tx<{ at: Date | null; reason: string }[]>`
      select closed_at as at, closed_reason as reason from tenants
      where id = ${tenantId} and not is_platform for no key update`;
    if (!before) return { outcome: "not-found" };
    if (before.at) return { outcome: "already", at: before.at, reason: before.reason };
    await tx`
      with present as materialized (select clock_timestamp() as at)
      update tenants set closed_at = present.at, closed_reason = ${reason},
        suspended_at = coalesce(suspended_at, present.at), suspended_reason = coalesce(suspended_reason, ${reason}),
        sending_paused_at = coalesce(sending_paused_at, present.at), pause_epoch = pause_epoch + 1
      from present where id = ${tenantId}`;
    const canceled = await tx`
      update campaigns set status = 'canceled', canceled_at = clock_timestamp(), updated_at = clock_timestamp()
      where tenant_id = ${tenantId} and status in ('scheduled', 'launching', 'running', 'paused') returning 1`;
    const ended = await tx`delete from sessions where tenant_id = ${tenantId} returning 1`;
    await tx`delete from pending_sign_ins where tenant_id = ${tenantId}`;
    await tx`delete from invitations where tenant_id = ${tenantId}`;
    await tx`delete from memberships where tenant_id = ${tenantId} and expires_at is not null`;
    const numbers = await tx<{ phone: string }[]>`
      select phone_e164 as phone from sending_numbers
      where tenant_id = ${tenantId} and kind <> 'alphanumeric' and taken_back_at is null order by 1 limit 1000`;
    await note("tenant.close");
    return {
      outcome: "closed",
      canceled: canceled.length,
      endedSessions: ended.length,
      numbers: numbers.map(({ phone }) => phone),
    };

    async function note(action: string): Promise<void> {
      const entry = { tenantId, actorId: actor.userId, action, objectKind: "tenant", objectId: tenantId };
      await recordPipelineAudits(tx, [{ ...entry, detail: { reason, by: actor.by } }]);
    }
  });
}

/** Small enough that claims of other tenants do not wait for it. */
const CHUNK = 5_000;

/** Cancels the messages that still wait in a closed tenant's canceled campaigns. A second call continues a first one. */
export async function emptyClosedQueues(
  sql: Pipeline,
  database: TenantDatabase,
  tenantId: string,
): Promise<number> {
  const campaigns = await sql<{ id: string }[]>`
    select c.id from campaigns c join tenants t on t.id = c.tenant_id and t.closed_at is not null
    where c.tenant_id = ${tenantId} and c.status = 'canceled' and exists (select 1 from campaign_counters k
      where k.campaign_id = c.id and k.status = 'queued' group by k.campaign_id having sum(k.jobs) > 0)`;
  let messages = 0;
  for (const { id } of campaigns) {
    for (let canceled = CHUNK; canceled === CHUNK; messages += canceled) {
      canceled = await database.asTenant(tenantId, (tx) => cancelQueuedJobs(tx, tenantId, id, CHUNK));
    }
  }
  return messages;
}

/** Opens a closed tenant again: its members can sign in. It stays suspended. False if it was not closed. */
export function reopenTenant(
  sql: Pipeline,
  actor: PlatformActor,
  { tenantId, reason }: ClosingChange,
): Promise<boolean> {
  return transact(sql, async (tx) => {
    const opened = await tx`
      update tenants set closed_at = null, closed_reason = null where id = ${tenantId} and closed_at is not null
      returning 1`;
    if (opened.length === 0) return false;
    const entry = { tenantId, actorId: actor.userId, action: "tenant.reopen", objectKind: "tenant" };
    await recordPipelineAudits(tx, [{ ...entry, objectId: tenantId, detail: { reason, by: actor.by } }]);
    return true;
  });
}
