import { and, count, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { passkeys, recoveryCodes, totpFactors, users } from "../schema/index.ts";

/** What a person has besides the password. Without an app or a passkey there are no recovery codes either. */
export interface SecondFactors {
  /** Since when an authenticator app is set up; null: none is. */
  totpSince: Date | null;
  passkeys: number;
  recoveryCodesLeft: number;
}

export const hasSecondFactor = ({ totpSince, passkeys }: SecondFactors) => totpSince !== null || passkeys > 0;

export async function readSecondFactors(tx: TenantTransaction, userId: string): Promise<SecondFactors> {
  const [totp] = await tx
    .select({ since: totpFactors.confirmedAt })
    .from(totpFactors)
    .where(eq(totpFactors.userId, userId));
  const [keys] = await tx.select({ count: count() }).from(passkeys).where(eq(passkeys.userId, userId));
  const [codes] = await tx
    .select({ count: count() })
    .from(recoveryCodes)
    .where(eq(recoveryCodes.userId, userId));
  return { totpSince: totp?.since ?? null, passkeys: keys!.count, recoveryCodesLeft: codes!.count };
}

/**
 * Locks the person until the transaction ends, so that changes of their factors and password come one after the other.
 * False where the account is not in use.
 */
export async function lockPerson(tx: TenantTransaction, userId: string): Promise<boolean> {
  const [user] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.disabledAt)))
    .for("no key update");
  return user !== undefined;
}

/** Keeps the secret of an app that is being set up; one that was not confirmed makes room. False: an app is set up. */
export async function keepTotpSecret(
  tx: TenantTransaction,
  userId: string,
  secret: Uint8Array,
): Promise<boolean> {
  const kept = await tx
    .insert(totpFactors)
    .values({ userId, secret })
    .onConflictDoUpdate({
      target: totpFactors.userId,
      set: { secret, createdAt: sql`clock_timestamp()`, lastStep: null },
      setWhere: isNull(totpFactors.confirmedAt),
    })
    .returning({ userId: totpFactors.userId });
  return kept.length > 0;
}

/** The secret of the person's app, and whether it is confirmed; null: there is none. */
export async function findTotpSecret(
  tx: TenantTransaction,
  userId: string,
): Promise<{ secret: Uint8Array; confirmed: boolean } | null> {
  const [found] = await tx
    .select({ secret: totpFactors.secret, confirmedAt: totpFactors.confirmedAt })
    .from(totpFactors)
    .where(eq(totpFactors.userId, userId));
  return found ? { secret: found.secret, confirmed: found.confirmedAt !== null } : null;
}

/**
 * Uses up a code by its 30-second step, and those of all steps before. False where it was used: of two that come at
 * once, one wins. `secret`: the one that the code was checked against. Confirms an app that is being set up.
 */
export async function useTotpStep(
  tx: TenantTransaction,
  userId: string,
  { secret, step }: { secret: Uint8Array; step: number },
): Promise<boolean> {
  const used = await tx
    .update(totpFactors)
    .set({ lastStep: step, confirmedAt: sql`coalesce(${totpFactors.confirmedAt}, clock_timestamp())` })
    .where(
      and(
        eq(totpFactors.userId, userId),
        eq(totpFactors.secret, secret),
        or(isNull(totpFactors.lastStep), lt(totpFactors.lastStep, step)),
      ),
    )
    .returning({ userId: totpFactors.userId });
  return used.length > 0;
}

/** False where no app was set up. */
export async function deleteTotp(tx: TenantTransaction, userId: string): Promise<boolean> {
  const gone = await tx
    .delete(totpFactors)
    .where(eq(totpFactors.userId, userId))
    .returning({ confirmedAt: totpFactors.confirmedAt });
  return gone.some(({ confirmedAt }) => confirmedAt !== null);
}

/** Puts these codes (hashed) in the place of all that the person had. */
export async function replaceRecoveryCodes(
  tx: TenantTransaction,
  userId: string,
  codeHashes: readonly Uint8Array[],
): Promise<void> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  if (codeHashes.length === 0) return;
  await tx.insert(recoveryCodes).values(codeHashes.map((codeHash) => ({ userId, codeHash })));
}

/** Uses up a recovery code. False where it is not one, or was used: of two that come at once, one wins. */
export async function useRecoveryCode(
  tx: TenantTransaction,
  userId: string,
  codeHash: Uint8Array,
): Promise<boolean> {
  const used = await tx
    .delete(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.codeHash, codeHash)))
    .returning({ userId: recoveryCodes.userId });
  return used.length > 0;
}
