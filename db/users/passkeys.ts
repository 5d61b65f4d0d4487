import { and, asc, eq, gt, or, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { passkeyChallenges, passkeys } from "../schema/index.ts";

/** A person's passkeys; past it some have to be removed first. */
export const PASSKEYS_MAX = 20;
const CHALLENGE_MINUTES = 5;

export interface ListedPasskey {
  id: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** What a signature is checked against. */
export interface Passkey extends ListedPasskey {
  credentialId: Uint8Array;
  /** In COSE's form. */
  publicKey: Uint8Array;
  /** Signatures so far; 0: the authenticator does not count. */
  counter: number;
  transports: string;
}

export function listPasskeys(tx: TenantTransaction, userId: string): Promise<Passkey[]> {
  return tx
    .select({
      id: passkeys.id,
      name: passkeys.name,
      createdAt: passkeys.createdAt,
      lastUsedAt: passkeys.lastUsedAt,
      credentialId: passkeys.credentialId,
      publicKey: passkeys.publicKey,
      counter: passkeys.counter,
      transports: passkeys.transports,
    })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id))
    .limit(PASSKEYS_MAX);
}

/** False where the credential is registered already, with this account or another. */
export async function insertPasskey(
  tx: TenantTransaction,
  passkey: Omit<Passkey, "id" | "createdAt" | "lastUsedAt"> & { userId: string },
): Promise<boolean> {
  const made = await tx.insert(passkeys).values(passkey).onConflictDoNothing().returning({ id: passkeys.id });
  return made.length > 0;
}

/**
 * Notes a signature. False where the count did not grow: the passkey was copied, or the same signature came twice. One
 * that does not count stays at 0.
 */
export async function usePasskey(
  tx: TenantTransaction,
  userId: string,
  { id, counter }: { id: string; counter: number },
): Promise<boolean> {
  const used = await tx
    .update(passkeys)
    .set({ counter, lastUsedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(passkeys.id, id),
        eq(passkeys.userId, userId),
        or(sql`${passkeys.counter} < ${counter}`, and(eq(passkeys.counter, 0), sql`${counter} = 0`)),
      ),
    )
    .returning({ id: passkeys.id });
  return used.length > 0;
}

/** False where the person has no such passkey. */
export async function renamePasskey(
  tx: TenantTransaction,
  userId: string,
  { id, name }: { id: string; name: string },
): Promise<boolean> {
  const renamed = await tx
    .update(passkeys)
    .set({ name })
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
    .returning({ id: passkeys.id });
  return renamed.length > 0;
}

/** Returns the name of the one that was removed, or null where the person has no such passkey. */
export async function deletePasskey(
  tx: TenantTransaction,
  userId: string,
  id: string,
): Promise<string | null> {
  const [gone] = await tx
    .delete(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
    .returning({ name: passkeys.name });
  return gone?.name ?? null;
}

/** What is to be signed: for a new passkey, or to prove who somebody is. */
export type ChallengePurpose = "add" | "prove";

/** Who asked: a session or a pending sign-in (the SHA-256 of its token), and its person. */
export interface ChallengeHolder {
  holderHash: Uint8Array;
  userId: string;
}

/** Keeps the next challenge of a session or pending sign-in; the one before can't be answered any more. */
export async function keepChallenge(
  tx: TenantTransaction,
  { holderHash, userId }: ChallengeHolder,
  { purpose, challenge }: { purpose: ChallengePurpose; challenge: string },
): Promise<void> {
  const next = {
    ...{ userId, purpose, challenge },
    expiresAt: sql`clock_timestamp() + make_interval(mins => ${CHALLENGE_MINUTES})`,
  };
  await tx
    .insert(passkeyChallenges)
    .values({ holderHash, ...next })
    .onConflictDoUpdate({ target: passkeyChallenges.holderHash, set: next });
}

/** Uses up the challenge, whatever the answer to it is worth. Null where there is none, or it expired. */
export async function takeChallenge(
  tx: TenantTransaction,
  { holderHash, userId }: ChallengeHolder,
  purpose: ChallengePurpose,
): Promise<string | null> {
  const [taken] = await tx
    .delete(passkeyChallenges)
    .where(
      and(
        eq(passkeyChallenges.holderHash, holderHash),
        eq(passkeyChallenges.userId, userId),
        eq(passkeyChallenges.purpose, purpose),
        gt(passkeyChallenges.expiresAt, sql`clock_timestamp()`),
      ),
    )
    .returning({ challenge: passkeyChallenges.challenge });
  return taken?.challenge ?? null;
}
