import { eq, inArray, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { signInThrottle } from "./schema/index.ts";

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
  { key, limit }: ThrottleRule,
): Promise<Date | null> {
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
  await tx.delete(signInThrottle).where(inArray(signInThrottle.key, [account.key]));
  await tx
    .update(signInThrottle)
    .set({ failures: sql`greatest(0, ${signInThrottle.failures} - 1)`, lockedUntil: null })
    .where(eq(signInThrottle.key, address.key));
}
