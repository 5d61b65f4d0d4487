import type { BulkChange } from "@smscrm/core/changes/bulk-change";
import { bulkWords } from "@smscrm/core/changes/bulk-words";
import { sql } from "drizzle-orm";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import type { Pipeline, PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";
import { otherRuns } from "./turns.ts";

/** How long an import or a bulk action can be undone, from its end on. */
export const UNDO_DAYS = 30;

/** A killed worker loses its undo after this time; a running one renews the lease with every batch. */
const UNDO_LEASE_SECONDS = 30;

/**
 * Queues the undo of an import or a bulk action that has ended and is in the change log. A second request changes nothing while the first
 * runs, or after it if nothing was kept. One that failed goes on where it stopped; one that kept contacts looks at those
 * again. Returns whether it was queued.
 */
export async function queueUndo(
  tx: TenantTransaction,
  tenantId: string,
  runId: string,
  { reason, requestedBy }: { reason: string; requestedBy: string },
): Promise<boolean> {
  const queued = await tx.execute(sql`
    insert into import_undos as u (tenant_id, import_id, reason, requested_by, total)
    select r.tenant_id, r.id, ${reason}, ${requestedBy}, r.total from (
      select tenant_id, id, created + updated + unchanged as total, status, finished_at from imports
      where tenant_id = ${tenantId} and id = ${runId} and kind = 'contacts' and is_logged
      union all
      select tenant_id, id, changed, status, finished_at from bulk_actions
      where tenant_id = ${tenantId} and id = ${runId} and swept_at is null and changed > 0
    ) r
    where r.status in ('completed', 'canceled', 'failed')
      and r.finished_at > clock_timestamp() - make_interval(days => ${UNDO_DAYS})
    on conflict (import_id) do update set status = 'queued', reason = excluded.reason, requested_by = excluded.requested_by,
      error = null, created_at = now(), finished_at = null,
      run = u.run + (u.status = 'completed')::int,
      total = case when u.status = 'completed' then u.kept else u.total end,
      done = case when u.status = 'completed' then 0 else u.done end,
      position_kind = case when u.status = 'completed' then 0 else u.position_kind end,
      position_id = case when u.status = 'completed' then null else u.position_id end
    where u.status = 'failed' or u.status = 'completed' and u.kept > 0
    returning 1`);
  return queued.length > 0;
}

/** An undo that a worker has leased. */
export interface LeasedUndo {
  /** The import or the bulk action. */
  runId: string;
  tenantId: string;
  /** Of an import. */
  fileName: string | null;
  /** What the bulk action did; null: it is an import. */
  change: BulkChange | null;
  reason: string;
  requestedBy: string | null;
  run: number;
}

/** Leases the oldest undo that is queued or whose lease ran out, unless its tenant has another run. */
export async function leaseUndo(pipeline: Pipeline, workerId: string): Promise<LeasedUndo | null> {
  return pipeline.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK_KEYS.importLease})`;
    const [leased] = await tx<LeasedUndo[]>`
      with leased as (
        update import_undos u set status = 'running', leased_by = ${workerId},
          lease_until = clock_timestamp() + make_interval(secs => ${UNDO_LEASE_SECONDS})
        where u.import_id = (
          select w.import_id from import_undos w
          where (w.status = 'queued' or (w.status = 'running' and w.lease_until < clock_timestamp()))
            and not (${tx.unsafe(otherRuns("w.import_id"))})
          order by w.created_at limit 1
        )
        returning u.import_id, u.tenant_id, u.reason, u.requested_by, u.run
      )
      select l.import_id as "runId", l.tenant_id as "tenantId", i.file_name as "fileName", b.change, l.reason,
        l.requested_by as "requestedBy", l.run
      from leased l left join imports i on i.id = l.import_id left join bulk_actions b on b.id = l.import_id`;
    return leased ?? null;
  });
}

/** The last row that an undo has done. */
export interface UndoPosition {
  kind: number;
  id: string | null;
}

/** Locks the undo for this transaction and returns its position; null when another worker has it. */
export async function holdUndo(
  tx: PipelineTransaction,
  runId: string,
  workerId: string,
): Promise<UndoPosition | null> {
  // A crash of the database may undo the last batches completely, with their position: they run again.
  await tx`select set_config('synchronous_commit', 'off', true), set_config('timezone', 'UTC', true)`;
  const [held] = await tx<UndoPosition[]>`
    select position_kind as kind, position_id as id from import_undos
    where import_id = ${runId} and leased_by = ${workerId} and status = 'running' for update`;
  return held ?? null;
}

export interface UndoProgress extends UndoPosition {
  done: number;
  restored: number;
  removed: number;
  consentsEnded: number;
}

/** Saves a batch's position and counts, in its transaction, and renews the lease. */
export async function saveUndoProgress(
  tx: PipelineTransaction,
  runId: string,
  { kind, id, ...counts }: UndoProgress,
): Promise<void> {
  await tx`
    update import_undos set position_kind = ${kind}, position_id = ${id}, done = done + ${counts.done},
      restored = restored + ${counts.restored}, removed = removed + ${counts.removed},
      consents_ended = consents_ended + ${counts.consentsEnded},
      lease_until = clock_timestamp() + make_interval(secs => ${UNDO_LEASE_SECONDS})
    where import_id = ${runId}`;
}

/** Completes an undo, counts what it kept, and writes it to the audit log. */
export async function completeUndo(tx: PipelineTransaction, undo: LeasedUndo): Promise<void> {
  const { runId, tenantId, fileName, change, reason, requestedBy: actorId } = undo;
  const [counts] = await tx<{ restored: number; removed: number; kept: number; consentsEnded: number }[]>`
    update import_undos set status = 'completed', lease_until = null, finished_at = clock_timestamp(), done = total,
      kept = (select count(*) from contact_changes where import_id = ${runId} and kept is not null)
    where import_id = ${runId} returning restored, removed, kept, consents_ended as "consentsEnded"`;
  const about = { tenantId, actorId, objectId: runId };
  if (change === null) {
    const detail = { fileName, reason, ...counts };
    await recordPipelineAudits(tx, [{ ...about, action: "import.undone", objectKind: "import", detail }]);
  } else {
    const { restored, kept } = counts!;
    const detail = { what: bulkWords(change), reason, restored, kept };
    await recordPipelineAudits(tx, [{ ...about, action: "bulk.undone", objectKind: "bulk-action", detail }]);
  }
}

/** Marks an undo as failed. What it did stays, and it can go on from there. `error` is a sentence for the operator. */
export async function failUndo(
  pipeline: Pipeline,
  runId: string,
  workerId: string,
  error: string,
): Promise<void> {
  await pipeline`
    update import_undos set status = 'failed', error = ${error}, finished_at = clock_timestamp(), lease_until = null
    where import_id = ${runId} and leased_by = ${workerId} and status = 'running'`;
}

/** Releases the undo at once, so that another worker can continue it. A worker that stops calls this. */
export async function releaseUndo(pipeline: Pipeline, runId: string, workerId: string): Promise<void> {
  await pipeline`
    update import_undos set status = 'queued', leased_by = null, lease_until = null
    where import_id = ${runId} and leased_by = ${workerId} and status = 'running'`;
}
