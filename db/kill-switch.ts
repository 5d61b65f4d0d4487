import { eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { tenants, users } from "./schema/index.ts";
import { readStopProof, type StopProof } from "./stop-proof.ts";

/** Since when everything is stopped, by whom and why, with the proof; or that nothing is. */
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
  // Asked every few seconds by every open page, and the proof looks at all of the last minutes' hand-overs.
  if (!pausedAt) return { pausedAt };
  const { at: _, ...proof } = await readStopProof(tx, tenantId, null);
  return { ...row!, pausedAt, ...proof };
}

/** Since when sending is paused, and what the database's clock shows: what a preflight needs to judge by. */
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

/** In force at the commit. A second pause changes nothing: the first one's time, person and reason stay. */
export async function pauseSending(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  reason: string | null,
): Promise<boolean> {
  const paused = await tx
    .update(tenants)
    .set({
      sendingPausedAt: sql`clock_timestamp()`,
      sendingPausedBy: userId,
      sendingPausedReason: reason,
      pauseEpoch: sql`${tenants.pauseEpoch} + 1`,
    })
    .where(sql`${tenants.id} = ${tenantId} and ${tenants.sendingPausedAt} is null`)
    .returning({ id: tenants.id });
  return paused.length > 0;
}

/** False where nothing was paused. The workers release what waited for the pause alone, a bounded lot at a time. */
export async function resumeSending(tx: TenantTransaction, tenantId: string): Promise<boolean> {
  const resumed = await tx
    .update(tenants)
    .set({
      sendingPausedAt: null,
      sendingPausedBy: null,
      sendingPausedReason: null,
      pauseEpoch: sql`${tenants.pauseEpoch} + 1`,
    })
    .where(sql`${tenants.id} = ${tenantId} and ${tenants.sendingPausedAt} is not null`)
    .returning({ id: tenants.id });
  return resumed.length > 0;
}
