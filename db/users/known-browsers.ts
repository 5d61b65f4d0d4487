import { and, desc, eq, gt, inArray, ne, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { knownBrowsers, users } from "../schema/index.ts";

/** A browser is forgotten if nobody has signed in with it for this long. */
export const KNOWN_BROWSER_DAYS = 365;
/** More than a person uses. The one that was not used for longest is removed. */
const BROWSERS_MAX = 10;

/** Returns which of these hashed tokens belongs to a browser in which this account has signed in; null if none does. */
export async function findKnownBrowser(
  tx: TenantTransaction,
  email: string,
  tokenHashes: readonly Uint8Array[],
): Promise<Uint8Array | null> {
  if (tokenHashes.length === 0) return null;
  const [found] = await tx
    .select({ tokenHash: knownBrowsers.tokenHash })
    .from(knownBrowsers)
    .innerJoin(users, eq(users.id, knownBrowsers.userId))
    .where(
      and(
        inArray(knownBrowsers.tokenHash, [...tokenHashes]),
        eq(users.email, email),
        gt(knownBrowsers.lastUsedAt, sql`clock_timestamp() - make_interval(days => ${KNOWN_BROWSER_DAYS})`),
      ),
    )
    .limit(1);
  return found?.tokenHash ?? null;
}

/** Stores the browser, or that it was used again. */
export async function keepKnownBrowser(
  tx: TenantTransaction,
  userId: string,
  tokenHash: Uint8Array,
): Promise<void> {
  await tx
    .insert(knownBrowsers)
    .values({ tokenHash, userId, lastUsedAt: sql`clock_timestamp()` })
    .onConflictDoUpdate({
      target: knownBrowsers.tokenHash,
      set: { lastUsedAt: sql`clock_timestamp()` },
      setWhere: eq(knownBrowsers.userId, userId),
    });
  const newest = tx
    .select({ tokenHash: knownBrowsers.tokenHash })
    .from(knownBrowsers)
    .where(eq(knownBrowsers.userId, userId))
    .orderBy(desc(knownBrowsers.lastUsedAt))
    .limit(BROWSERS_MAX);
  await tx
    .delete(knownBrowsers)
    .where(and(eq(knownBrowsers.userId, userId), sql`${knownBrowsers.tokenHash} not in ${newest}`));
}

/** Forgets all the person's browsers except `keep`. */
export async function forgetKnownBrowsers(
  tx: TenantTransaction,
  userId: string,
  keep: Uint8Array | null = null,
): Promise<void> {
  await tx
    .delete(knownBrowsers)
    .where(and(eq(knownBrowsers.userId, userId), keep ? ne(knownBrowsers.tokenHash, keep) : undefined));
}
