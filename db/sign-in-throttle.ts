import { eq, sql } from "drizzle-orm";
import type { Pipeline, TenantTransaction } from "./connection.ts";
import { signInThrottle } from "./schema/index.ts";
import { IDLE_HOURS } from "./sessions.ts";

/** After `limit` failures within the window each further one locks for twice as long as the one before. */
export interface ThrottleRule {
  /** Hashed e-mail or network address. */
  key: Uint8Array;
  limit: number;
}

const WINDOW_MINUTES = 15;
const FIRST_LOCK_SECONDS = 15;
const LONGEST_LOCK_SECONDS = 900;

/**
 * Counts an attempt as failed before the password is looked at, so that a thousand attempts at once are not a way
 * round the limit; `forgiveAttempt` takes it back. Answers when to come back where the key is locked, else null.
 */
export async function countAttempt(
  tx: TenantTransaction,
  account: ThrottleRule,
  address: ThrottleRule,
): Promise<Date | null> {
  // The address first: one that is locked can neither lock other people's accounts nor leave rows behind.
  const addressLocked = await count(tx, address);
  if (addressLocked) return addressLocked;
  const accountLocked = await count(tx, account);
  if (accountLocked) await giveBack(tx, address);
  return accountLocked;
}

async function count(tx: TenantTransaction, { key, limit }: ThrottleRule): Promise<Date | null> {
  const counted = await tx
    .insert(signInThrottle)
    .values({ key, failures: 1, firstFailureAt: sql`clock_timestamp()` })
    .onConflictDoUpdate({
      target: signInThrottle.key,
      set: {
        failures: sql`case when ${isStale} then 1 else ${signInThrottle.failures} + 1 end`,
        firstFailureAt: sql`case when ${isStale} then clock_timestamp() else ${signInThrottle.firstFailureAt} end`,
        lockedUntil: sql`case when ${isStale} or ${signInThrottle.failures} + 1 < ${limit} then null
          else clock_timestamp() + make_interval(secs => least(${LONGEST_LOCK_SECONDS}::float8,
            ${FIRST_LOCK_SECONDS}::float8 * power(2::float8, least(20, ${signInThrottle.failures} + 1 - ${limit})))) end`,
      },
      setWhere: sql`${signInThrottle.lockedUntil} is null or ${signInThrottle.lockedUntil} <= clock_timestamp()`,
    })
    .returning({ failures: signInThrottle.failures });
  if (counted.length > 0) return null;
  const [locked] = await tx
    .select({ until: signInThrottle.lockedUntil })
    .from(signInThrottle)
    .where(eq(signInThrottle.key, key));
  return locked?.until ?? null;
}

const isStale = sql`coalesce(${signInThrottle.lockedUntil}, ${signInThrottle.firstFailureAt})
  < clock_timestamp() - make_interval(mins => ${WINDOW_MINUTES})`;

/** The right password came: the address gets its one attempt back, the account starts afresh. */
export async function forgiveAttempt(
  tx: TenantTransaction,
  account: ThrottleRule,
  address: ThrottleRule,
): Promise<void> {
  // In the order in which they are counted, so that two sign-ins can't wait for each other.
  await giveBack(tx, address);
  await tx.delete(signInThrottle).where(eq(signInThrottle.key, account.key));
}

async function giveBack(tx: TenantTransaction, { key }: ThrottleRule): Promise<void> {
  await tx
    .update(signInThrottle)
    .set({ failures: sql`greatest(0, ${signInThrottle.failures} - 1)`, lockedUntil: null })
    .where(eq(signInThrottle.key, key));
}

/** Frees what no longer says anything: counts whose window is over, and sessions that have ended by themselves. */
export async function sweepSignIns(pipeline: Pipeline): Promise<void> {
  await pipeline`
    delete from sign_in_throttle
    where coalesce(locked_until, first_failure_at) < clock_timestamp() - make_interval(mins => ${WINDOW_MINUTES})`;
  await pipeline`
    delete from sessions where expires_at < clock_timestamp()
      or last_seen_at < clock_timestamp() - make_interval(hours => ${IDLE_HOURS})`;
}
