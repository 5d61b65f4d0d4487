import { eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { tenants, users } from "../schema/index.ts";
import { readStopProof, type StopProof } from "./stop-proof.ts";

/** When sending was paused, by whom and why, with the proof; or that it is not paused. */
export type KillSwitchStatus = Stopped | { pausedAt: null };

export interface Stopped extends Omit<StopProof, "at"> {
  pausedAt: Date;
  pausedBy: string | null;
  reason: string | null;
  /** Set while the platform's operator has suspended the tenant: then nobody of the tenant can resume sending. */
  suspendedAt: Date | null;
  suspendedReason: string | null;
}

export async function readKillSwitch(tx: TenantTransaction, tenantId: string): Promise<KillSwitchStatus> {
  const [row] = await tx
    .select({
      pausedAt: tenants.sendingPausedAt,
      pausedBy: users.name,
      reason: tenants.sendingPausedReason,
      suspendedAt: tenants.suspendedAt,
      suspendedReason: tenants.suspendedReason,
    })
    .from(tenants)
    .leftJoin(users, eq(users.id, tenants.sendingPausedBy))
    .where(eq(tenants.id, tenantId));
  const pausedAt = row?.pausedAt ?? null;
  // Every open page asks for this every few seconds, and the proof reads all submissions of the last minutes. So the
  // proof is read only while sending is paused.
  if (!pausedAt) return { pausedAt };
  const { at: _, ...proof } = await readStopProof(tx, tenantId, null);
  return { ...row!, pausedAt, ...proof };
}

/** Returns since when sending is paused, the reason of a suspension, and the database's clock, for a preflight. */
export async function readKillSwitchTime(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ now: Date; pausedAt: Date | null; suspendedReason: string | null }> {
  const [row] = await tx
    .select({
      pausedAt: tenants.sendingPausedAt,
      restoreLockedAt: tenants.restoreLockedAt,
      suspendedReason: tenants.suspendedReason,
      now: sql<string>`clock_timestamp()`,
    })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  const { pausedAt, restoreLockedAt, suspendedReason } = row!;
  return { now: new Date(row!.now), pausedAt: pausedAt ?? restoreLockedAt, suspendedReason };
}

/**
 * SQL for `update tenants set …`: pauses sending, from the commit on. A second pause changes nothing: the time, person
 * and reason of the first one stay. A pause during a suspension is kept, and stays when the suspension ends.
 */
export const PAUSE = {
  set: "sending_paused_at = clock_timestamp(), pause_epoch = pause_epoch + 1",
  where: "(sending_paused_at is null or sending_paused_at = suspended_at)",
};

/**
 * SQL that ends the pause, but not a suspension: the tenant then stays paused since that began. The workers release the
 * held messages in bounded batches.
 */
export const RESUME = {
  set: `sending_paused_at = suspended_at, sending_paused_by = null, sending_paused_reason = null,
    pause_epoch = pause_epoch + 1`,
  where: "sending_paused_at is not null and sending_paused_at is distinct from suspended_at",
};

/** Returns false if sending was already paused. */
export async function pauseSending(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  reason: string | null,
): Promise<boolean> {
  const paused = await tx.execute(sql`
    update tenants set ${sql.raw(PAUSE.set)}, sending_paused_by = ${userId}, sending_paused_reason = ${reason}
    where id = ${tenantId} and ${sql.raw(PAUSE.where)} returning 1`);
  return paused.length > 0;
}

/**
 * Returns false if nothing was paused. While the tenant is suspended it changes nothing and returns the suspension's
 * reason.
 */
export async function resumeSending(
  tx: TenantTransaction,
  tenantId: string,
): Promise<boolean | { suspendedReason: string }> {
  // The lock makes a suspension that commits at this moment either visible here or later than this resume.
  const [row] = await tx.execute<{ reason: string | null }>(
    sql`select suspended_reason as reason from tenants where id = ${tenantId} for no key update`,
  );
  if (row?.reason != null) return { suspendedReason: row.reason };
  const resumed = await tx.execute(sql`
    update tenants set ${sql.raw(RESUME.set)} where id = ${tenantId} and ${sql.raw(RESUME.where)} returning 1`);
  return resumed.length > 0;
}
