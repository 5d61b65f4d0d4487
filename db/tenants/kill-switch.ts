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
}

export async function readKillSwitch(tx: TenantTransaction, tenantId: string): Promise<KillSwitchStatus> {
  const [row] = await tx
    .select({
      pausedAt: tenants.sendingPausedAt,
      pausedBy: users.name,
      reason: tenants.sendingPausedReason,
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

/** Returns since when sending is paused, and the database's clock, for a preflight. */
export async function readKillSwitchTime(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ now: Date; pausedAt: Date | null }> {
  const [row] = await tx
    .select({
      pausedAt: tenants.sendingPausedAt,
      restoreLockedAt: tenants.restoreLockedAt,
      now: sql<string>`clock_timestamp()`,
    })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  return { now: new Date(row!.now), pausedAt: row!.pausedAt ?? row!.restoreLockedAt };
}

/**
 * SQL for `update tenants set …`: pauses sending, from the commit on. A second pause changes nothing: the time, person
 * and reason of the first one stay.
 */
export const PAUSE = {
  set: "sending_paused_at = clock_timestamp(), pause_epoch = pause_epoch + 1",
  where: "sending_paused_at is null",
};

/** SQL that ends the pause. The workers then release the held messages in bounded batches. */
export const RESUME = {
  set: `sending_paused_at = null, sending_paused_by = null, sending_paused_reason = null,
    pause_epoch = pause_epoch + 1`,
  where: "sending_paused_at is not null",
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

/** Returns false if nothing was paused. */
export async function resumeSending(tx: TenantTransaction, tenantId: string): Promise<boolean> {
  const resumed = await tx.execute(sql`
    update tenants set ${sql.raw(RESUME.set)} where id = ${tenantId} and ${sql.raw(RESUME.where)} returning 1`);
  return resumed.length > 0;
}
