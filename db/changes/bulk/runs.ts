import type { BulkChange } from "@smscrm/core/changes/bulk-change";
import { bulkWords } from "@smscrm/core/changes/bulk-words";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import type { Pipeline, PipelineTransaction } from "../../postgres/connection.ts";
import { LOCK_KEYS } from "../../postgres/lock-keys.ts";
import { otherRuns } from "../turns.ts";

/** A killed worker loses its bulk action after this time; a running one renews the lease with every batch. */
const BULK_LEASE_SECONDS = 30;

/** A bulk action that a worker has leased. */
export interface LeasedBulk {
  id: string;
  tenantId: string;
  change: BulkChange;
  reason: string | null;
  requestedBy: string;
}

/** Leases the oldest bulk action that is queued or whose lease ran out, unless its tenant has another run. */
export async function leaseBulk(pipeline: Pipeline, workerId: string): Promise<LeasedBulk | null> {
  return pipeline.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK_KEYS.importLease})`;
    const [leased] = await tx<LeasedBulk[]>`
      update bulk_actions b set status = 'running', leased_by = ${workerId},
        lease_until = clock_timestamp() + make_interval(secs => ${BULK_LEASE_SECONDS})
      where b.id = (
        select w.id from bulk_actions w
        where (w.status = 'queued' or (w.status = 'running' and w.lease_until < clock_timestamp()))
          and not (${tx.unsafe(otherRuns("w.id"))})
        order by w.created_at limit 1
      )
      returning b.id, b.tenant_id as "tenantId", b.change, b.reason, b.requested_by as "requestedBy"`;
    return leased ?? null;
  });
}

/** The next contacts of a bulk action; `id` is its position once they are done. */
export interface BulkTargets {
  id: string;
  contactIds: string[];
}

/**
 * Locks the bulk action for this transaction and returns its next contacts; null: none is left. "lost" if it was canceled
 * or another worker has it.
 */
export async function holdBulk(
  tx: PipelineTransaction,
  { id, tenantId }: LeasedBulk,
  workerId: string,
): Promise<BulkTargets | null | "lost"> {
  // A crash of the database may undo the last batches completely, with their position: they run again.
  await tx`select set_config('synchronous_commit', 'off', true), set_config('timezone', 'UTC', true)`;
  const [held] = await tx<{ positionId: string | null }[]>`
    select position_id as "positionId" from bulk_actions
    where id = ${id} and leased_by = ${workerId} and status = 'running' for update`;
  if (!held) return "lost";
  const [next] = await tx<BulkTargets[]>`
    select id, contact_ids as "contactIds" from bulk_targets
    where tenant_id = ${tenantId} and action_id = ${id}
      and id > coalesce(${held.positionId}::uuid, '00000000-0000-0000-0000-000000000000')
    order by id limit 1`;
  return next ?? null;
}

export interface BulkProgress {
  done: number;
  changed: number;
  keptOptedOut: number;
  messagesCanceled: number;
}

/** Saves a batch's position and counts, in its transaction, and renews the lease. */
export async function saveBulkProgress(
  tx: PipelineTransaction,
  id: string,
  positionId: string,
  { done, changed, keptOptedOut, messagesCanceled }: BulkProgress,
): Promise<void> {
  await tx`
    update bulk_actions set position_id = ${positionId}, done = done + ${done}, changed = changed + ${changed},
      kept_opted_out = kept_opted_out + ${keptOptedOut}, unchanged = unchanged + ${done - changed - keptOptedOut},
      messages_canceled = messages_canceled + ${messagesCanceled},
      lease_until = clock_timestamp() + make_interval(secs => ${BULK_LEASE_SECONDS})
    where id = ${id}`;
}

/** Completes a bulk action, forgets whom it was for, and writes it to the audit log. */
export async function completeBulk(tx: PipelineTransaction, bulk: LeasedBulk): Promise<void> {
  const { id, tenantId, change, reason, requestedBy: actorId } = bulk;
  const [counts] = await tx<Record<string, number>[]>`
    update bulk_actions set status = 'completed', lease_until = null, finished_at = clock_timestamp() where id = ${id}
    returning changed, unchanged, kept_opted_out as "keptOptedOut", messages_canceled as "messagesCanceled"`;
  await tx`delete from bulk_targets where tenant_id = ${tenantId} and action_id = ${id}`;
  const detail = { what: bulkWords(change), ...(reason === null ? {} : { reason }), ...counts };
  await recordPipelineAudits(tx, [
    { tenantId, actorId, action: "bulk.done", objectKind: "bulk-action", objectId: id, detail },
  ]);
}

/** Marks a bulk action as failed. What it did stays, and can be undone. `error` is a sentence for the operator. */
export async function failBulk(
  pipeline: Pipeline,
  id: string,
  workerId: string,
  error: string,
): Promise<void> {
  await pipeline`
    update bulk_actions set status = 'failed', error = ${error}, finished_at = clock_timestamp(), lease_until = null
    where id = ${id} and leased_by = ${workerId} and status = 'running'`;
}

/** Releases the bulk action at once, so that another worker can continue it. A worker that stops calls this. */
export async function releaseBulk(pipeline: Pipeline, id: string, workerId: string): Promise<void> {
  await pipeline`
    update bulk_actions set status = 'queued', leased_by = null, lease_until = null
    where id = ${id} and leased_by = ${workerId} and status = 'running'`;
}
