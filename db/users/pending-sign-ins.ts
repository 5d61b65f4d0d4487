import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { pendingSignIns, users } from "../schema/index.ts";
import type { IdentityLink, SignedInBy } from "../schema/users.ts";

/** How long a person has for the second factor. */
export const PENDING_MINUTES = 10;
/** Of one person at once; past it the oldest makes room. */
const PENDING_MAX = 10;

/** A sign-in that waits for its second factor. */
export interface PendingSignIn {
  userId: string;
  /** Where the person arrives. */
  tenantId: string;
  /** What the first step was. */
  signedInBy: SignedInBy;
  /** The provider's person to link with the account afterwards. */
  link: IdentityLink | null;
}

export async function insertPendingSignIn(
  tx: TenantTransaction,
  pending: PendingSignIn & { tokenHash: Uint8Array },
): Promise<void> {
  const { userId, signedInBy } = pending;
  // A provider's take the place of none that the password began.
  const counted = and(eq(pendingSignIns.userId, userId), eq(pendingSignIns.signedInBy, signedInBy));
  const newest = tx
    .select({ tokenHash: pendingSignIns.tokenHash })
    .from(pendingSignIns)
    .where(counted)
    .orderBy(desc(pendingSignIns.createdAt))
    .limit(PENDING_MAX - 1);
  await tx.delete(pendingSignIns).where(and(counted, sql`${pendingSignIns.tokenHash} not in ${newest}`));
  await tx
    .insert(pendingSignIns)
    .values({ ...pending, expiresAt: sql`clock_timestamp() + make_interval(mins => ${PENDING_MINUTES})` });
}

/** By its token (SHA-256); null where it expired, was used or was ended. */
export async function findPendingSignIn(
  tx: TenantTransaction,
  tokenHash: Uint8Array,
): Promise<(PendingSignIn & { email: string }) | null> {
  const [found] = await tx
    .select({
      userId: pendingSignIns.userId,
      tenantId: pendingSignIns.tenantId,
      signedInBy: pendingSignIns.signedInBy,
      link: pendingSignIns.link,
      email: users.email,
    })
    .from(pendingSignIns)
    .innerJoin(users, eq(users.id, pendingSignIns.userId))
    .where(
      and(eq(pendingSignIns.tokenHash, tokenHash), gt(pendingSignIns.expiresAt, sql`clock_timestamp()`)),
    );
  return found ?? null;
}

/** Ends it: it was finished or dropped. */
export async function deletePendingSignIn(tx: TenantTransaction, tokenHash: Uint8Array): Promise<void> {
  await tx.delete(pendingSignIns).where(eq(pendingSignIns.tokenHash, tokenHash));
}

/** Ends all of a person's: the password that began them was changed. */
export async function deletePendingSignIns(tx: TenantTransaction, userId: string): Promise<void> {
  await tx.delete(pendingSignIns).where(eq(pendingSignIns.userId, userId));
}
