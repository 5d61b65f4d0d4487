import type { Pipeline } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";

/** A restore with tenants that are still locked. */
export interface OpenRestore {
  id: string;
  /** Everything committed before this is in the database. */
  backupAt: Date;
  lockedAt: Date;
  /** The carrier's messages are checked up to this time; null: never. */
  checkedUntil: Date | null;
}

/**
 * Checks if this is still the database that the workers knew. If it is another one (a restored dump, a point-in-time
 * recovery, a promoted standby), it locks every tenant, as of the last time when a worker saw the old one.
 */
export async function confirmIdentity(sql: Pipeline): Promise<"same" | "new" | "locked"> {
  const [known] = await sql<{ same: boolean; stale: boolean }[]>`
    select identity = present_identity() as same, seen_at < clock_timestamp() - interval '2 seconds' as stale
    from database_identity`;
  if (known?.same) {
    if (known.stale)
      await sql`update database_identity set seen_at = clock_timestamp() where identity = present_identity()`;
    return "same";
  }
  return sql.begin(async (tx) => {
    // The same key as in lock_after_restore: only one worker locks.
    await tx`select pg_advisory_xact_lock(${LOCK_KEYS.databaseIdentity})`;
    const added = await tx`
      insert into database_identity (identity, seen_at) values (present_identity(), clock_timestamp())
      on conflict do nothing returning 1`;
    if (added.length > 0) return "new";
    const locked = await tx`
      select lock_after_restore(seen_at, 'The database is another one than before: restored, recovered or taken over')
      from database_identity where identity <> present_identity()`;
    return locked.length > 0 ? "locked" : "same";
  });
}

/** Whether this is the same database as before, and no tenant is locked by a restore. */
export async function isKnownDatabase(sql: Pipeline): Promise<boolean> {
  const [row] = await sql<{ settled: boolean }[]>`
    select exists (select 1 from database_identity where identity = present_identity())
      and not exists (select 1 from tenants where restore_locked_at is not null) as settled`;
  return row!.settled;
}

export async function findOpenRestore(sql: Pipeline): Promise<OpenRestore | null> {
  const [row] = await sql<OpenRestore[]>`
    select r.id, r.backup_at as "backupAt", r.locked_at as "lockedAt", r.checked_until as "checkedUntil"
    from restores r
    where exists (select 1 from tenants t where t.restore_id = r.id and t.restore_locked_at is not null)
    order by r.id desc limit 1`;
  return row ?? null;
}

/** Records what one round of checks at the carrier found, and up to which time it is complete. */
export async function recordRound(
  sql: Pipeline,
  restoreId: string,
  round: { checkedUntil: Date; outbound: number; inbound: number },
): Promise<void> {
  await sql`
    update restores set checked_until = ${round.checkedUntil}, problem = null,
      carrier_outbound = carrier_outbound + ${round.outbound}, carrier_inbound = carrier_inbound + ${round.inbound}
    where id = ${restoreId}`;
}

export async function recordProblem(sql: Pipeline, restoreId: string, problem: string): Promise<void> {
  await sql`update restores set problem = ${problem} where id = ${restoreId}`;
}
