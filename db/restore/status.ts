import { sql } from "drizzle-orm";
import { recordAudit } from "../audit/audit.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { DifferenceKind } from "./differences.ts";

/** What an owner sees before unlocking: the backup's age, the differences, and the campaigns that will resume. */
export interface RestoreStatus {
  id: string;
  lockedAt: Date;
  backupAt: Date;
  source: string;
  checkedUntil: Date | null;
  problem: string | null;
  counts: { kind: DifferenceKind; messages: number }[];
  /** Texts that the carrier sent but that belong to nothing here, the most frequent first. */
  elsewhere: { body: string; messages: number; lastAt: Date }[];
  /** Campaigns that resume after unlocking, with their queued messages. */
  resuming: { id: string; name: string; queued: number }[];
}

const SHOWN = 20;

/** Null if this tenant is not locked. */
export async function readRestore(tx: TenantTransaction, tenantId: string): Promise<RestoreStatus | null> {
  const [row] = await tx.execute<Record<string, string> & { problem: string | null }>(sql`
    select r.id, t.restore_locked_at as "lockedAt", r.backup_at as "backupAt", r.source,
      r.checked_until as "checkedUntil", r.problem
    from tenants t join restores r on r.id = t.restore_id
    where t.id = ${tenantId} and t.restore_locked_at is not null`);
  if (!row) return null;
  const counts = await tx.execute<{ kind: DifferenceKind; messages: number }>(sql`
    select kind, count(*)::int as messages from restore_differences
    where tenant_id = ${tenantId} and restore_id = ${row.id} group by kind order by kind`);
  const elsewhere = await tx.execute<{ body: string; messages: number; lastAt: string }>(sql`
    select left(body, 200) as body, count(*)::int as messages, max(at) as "lastAt" from restore_differences
    where tenant_id = ${tenantId} and restore_id = ${row.id} and kind = 'sent-elsewhere'
    group by 1 order by 2 desc limit ${SHOWN}`);
  const resuming = await tx.execute<{ id: string; name: string; queued: number }>(sql`
    select c.id, c.name, coalesce(sum(k.jobs), 0)::int as queued from campaigns c
    left join campaign_counters k on k.campaign_id = c.id and k.status = 'queued'
    where c.tenant_id = ${tenantId} and c.status in ('launching', 'running')
    group by c.id order by queued desc limit ${SHOWN}`);
  return {
    id: row.id!,
    lockedAt: new Date(row.lockedAt!),
    backupAt: new Date(row.backupAt!),
    source: row.source!,
    checkedUntil: row.checkedUntil ? new Date(row.checkedUntil) : null,
    problem: row.problem,
    counts: [...counts],
    elsewhere: elsewhere.map((one) => ({ ...one, lastAt: new Date(one.lastAt) })),
    resuming: [...resuming],
  };
}

export interface RestoreDifference {
  id: string;
  kind: DifferenceKind;
  phone: string;
  campaignId: string | null;
  jobId: string | null;
  body: string;
  at: Date;
}

/** Lists the differences behind the counts, newest first. */
export async function listDifferences(
  tx: TenantTransaction,
  tenantId: string,
  { kind, cursor, limit }: { kind: DifferenceKind | null; cursor: string | null; limit: number },
): Promise<RestoreDifference[]> {
  const rows = await tx.execute<Omit<RestoreDifference, "at"> & { at: string } & Record<string, unknown>>(sql`
    select d.id, d.kind, d.phone_e164 as phone, d.campaign_id as "campaignId", d.send_job_id as "jobId", d.body, d.at
    from restore_differences d join tenants t on t.id = d.tenant_id and t.restore_id = d.restore_id
    where d.tenant_id = ${tenantId} and (${kind}::text is null or d.kind = ${kind})
      and (${cursor}::uuid is null or d.id < ${cursor}::uuid)
    order by d.id desc limit ${limit}`);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

/** How old the carrier's last answer may be for an unlock. */
const FRESH_MINUTES = 5;

/**
 * Lets a tenant send again: only after the carrier's messages since the backup were checked, and recently. `by` is
 * written to the audit log in the same transaction.
 */
export async function unlockTenant(
  tx: TenantTransaction,
  tenantId: string,
  by: { userId: string | null; name: string },
): Promise<"unlocked" | "not-locked" | "not-asked" | "not-lately"> {
  const [restore] = await tx.execute<
    { id: string; asked: boolean; lately: boolean } & Record<string, unknown>
  >(sql`
    select r.id, r.checked_until is not null as asked,
      r.checked_until > clock_timestamp() - make_interval(mins => ${FRESH_MINUTES}) as lately
    from tenants t join restores r on r.id = t.restore_id
    where t.id = ${tenantId} and t.restore_locked_at is not null for update of t`);
  if (!restore) return "not-locked";
  if (!restore.asked) return "not-asked";
  if (!restore.lately) return "not-lately";
  await tx.execute(sql`update tenants set restore_locked_at = null where id = ${tenantId}`);
  const [found] = await tx.execute<{ differences: Record<string, number> } & Record<string, unknown>>(sql`
    select coalesce(jsonb_object_agg(kind, n), '{}') as differences from (select kind, count(*) as n
    from restore_differences where tenant_id = ${tenantId} and restore_id = ${restore.id} group by kind) c`);
  await recordAudit(tx, {
    ...{
      tenantId,
      actorId: by.userId,
      action: "restore.unlock",
      objectKind: "restore",
      objectId: restore.id,
    },
    detail: { by: by.name, differences: found!.differences },
  });
  return "unlocked";
}

/** The sentences for refused unlocks. */
export const UNLOCK_REFUSALS = {
  "not-locked": "Sending is not locked: there is nothing to unlock.",
  "not-asked":
    "The carrier has not been asked yet what it sent since the backup. A worker must be running; wait for it.",
  "not-lately":
    "The carrier's last answer is older than five minutes. Start a worker and try again in a minute.",
} as const;
