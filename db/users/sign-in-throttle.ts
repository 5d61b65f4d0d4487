import { eq, sql } from "drizzle-orm";
import type { Pipeline, TenantTransaction } from "../postgres/connection.ts";
import { signInThrottle } from "../schema/index.ts";
import { KNOWN_BROWSER_DAYS } from "./known-browsers.ts";
import { IDLE_HOURS } from "./sessions.ts";

/** After `limit` failures within the window, each further failure locks for twice as long as the last. */
export interface ThrottleRule {
  /** Hashed e-mail address, network or browser. */
  key: Uint8Array;
  limit: number;
}

const WINDOW_MINUTES = 15;
const FIRST_LOCK_SECONDS = 15;
const LONGEST_LOCK_SECONDS = 900;

/**
 * Counts an attempt as failed before the password is checked, so that parallel attempts can't exceed the limit;
 * `forgiveAttempt` takes it back. Returns until when a key is locked, or null. `network` is null for a known browser:
 * then only `own` counts.
 */
export async function countAttempt(
  tx: TenantTransaction,
  own: ThrottleRule,
  network: ThrottleRule | null,
): Promise<Date | null> {
  // Counts the network first: a locked network can neither lock other people's accounts nor add rows.
  const networkLocked = network && (await count(tx, network));
  if (networkLocked) return networkLocked;
  const locked = await count(tx, own);
  if (locked && network) await giveBack(tx, network);
  return locked;
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

/**
 * Call it after a correct password: the network's attempt is taken back, and the account's or browser's failures are
 * deleted.
 */
export async function forgiveAttempt(
  tx: TenantTransaction,
  own: ThrottleRule,
  network: ThrottleRule | null,
): Promise<void> {
  // In the same order as they are counted, so that two sign-ins can't deadlock.
  if (network) await giveBack(tx, network);
  await tx.delete(signInThrottle).where(eq(signInThrottle.key, own.key));
}

async function giveBack(tx: TenantTransaction, { key }: ThrottleRule): Promise<void> {
  await tx
    .update(signInThrottle)
    .set({ failures: sql`greatest(0, ${signInThrottle.failures} - 1)`, lockedUntil: null })
    .where(eq(signInThrottle.key, key));
}

/** Expired invitations are listed for this long, so that their inviter can renew them. */
const EXPIRED_INVITATION_DAYS = 30;

/** Deletes what has no effect any more: counts whose window is over, and expired sessions and links. */
export async function sweepSignIns(pipeline: Pipeline): Promise<void> {
  await pipeline`
    delete from sign_in_throttle
    where coalesce(locked_until, first_failure_at) < clock_timestamp() - make_interval(mins => ${WINDOW_MINUTES})`;
  await pipeline`
    delete from sessions where expires_at < clock_timestamp()
      or last_seen_at < clock_timestamp() - make_interval(hours => ${IDLE_HOURS})`;
  await pipeline`
    delete from known_browsers where last_used_at < clock_timestamp() - make_interval(days => ${KNOWN_BROWSER_DAYS})`;
  await pipeline`delete from password_resets where expires_at < clock_timestamp()`;
  await pipeline`delete from pending_sign_ins where expires_at < clock_timestamp()`;
  await pipeline`delete from passkey_challenges where expires_at < clock_timestamp()`;
  await pipeline`delete from sign_in_flows where expires_at < clock_timestamp()`;
  await pipeline`delete from pending_links where expires_at < clock_timestamp()`;
  // The secret of an app that nobody confirmed.
  await pipeline`
    delete from totp_factors where confirmed_at is null and created_at < clock_timestamp() - interval '1 day'`;
  await pipeline`
    delete from invitations where expires_at < clock_timestamp() - make_interval(days => ${EXPIRED_INVITATION_DAYS})`;
}
