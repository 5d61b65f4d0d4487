import type { Role } from "@smscrm/core/roles";
import { and, asc, desc, eq, gt, ne, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { memberships, sessions, tenants, users } from "./schema/index.ts";

/** A session ends after this long without a request, and at the latest after this long. */
export const IDLE_HOURS = 12;
export const ABSOLUTE_DAYS = 30;

/** Who is asking, for which tenant, in which role: as the tables say at this moment. */
export interface SignedInPerson {
  userId: string;
  name: string;
  email: string;
  role: Role;
  tenant: { id: string; name: string; timezone: string; country: string; currency: string };
  lastSeenAt: Date;
}

const alive = () =>
  and(
    gt(sessions.expiresAt, sql`clock_timestamp()`),
    gt(sessions.lastSeenAt, sql`clock_timestamp() - make_interval(hours => ${IDLE_HOURS})`),
  );

/** The person behind a session token (its SHA-256), or null where it ended, was ended, or the role is gone. */
export async function findSession(
  tx: TenantTransaction,
  tokenHash: Uint8Array,
): Promise<SignedInPerson | null> {
  const [row] = await tx
    .select({
      userId: users.id,
      name: users.name,
      email: users.email,
      role: memberships.role,
      tenant: {
        id: tenants.id,
        name: tenants.name,
        timezone: tenants.timezone,
        country: tenants.country,
        currency: tenants.currency,
      },
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(
      memberships,
      and(eq(memberships.tenantId, sessions.tenantId), eq(memberships.userId, sessions.userId)),
    )
    .innerJoin(tenants, eq(tenants.id, sessions.tenantId))
    .where(and(eq(sessions.tokenHash, tokenHash), sql`${users.disabledAt} is null`, alive()));
  return row ?? null;
}

/** Remembers that the session was used. Callers do so once a minute, not at each request. */
export async function touchSession(tx: TenantTransaction, tokenHash: Uint8Array): Promise<void> {
  await tx
    .update(sessions)
    .set({ lastSeenAt: sql`clock_timestamp()` })
    .where(eq(sessions.tokenHash, tokenHash));
}

export interface NewSession {
  tokenHash: Uint8Array;
  userId: string;
  tenantId: string;
  userAgent: string | null;
  address: string | null;
}

export async function insertSession(tx: TenantTransaction, session: NewSession): Promise<void> {
  await tx
    .insert(sessions)
    .values({ ...session, expiresAt: sql`clock_timestamp() + make_interval(days => ${ABSOLUTE_DAYS})` });
}

export async function deleteSession(tx: TenantTransaction, tokenHash: Uint8Array): Promise<void> {
  await tx.delete(sessions).where(eq(sessions.tokenHash, tokenHash));
}

/** Ends all sessions of a person but `keep`, in every tenant. How many there were. */
export async function deleteSessionsOf(
  tx: TenantTransaction,
  userId: string,
  keep: Uint8Array | null,
): Promise<number> {
  const ended = await tx
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), keep ? ne(sessions.tokenHash, keep) : undefined))
    .returning({ userId: sessions.userId });
  return ended.length;
}

/** Ends the one session of that person whose hash begins so (hex). False where there is none. */
export async function deleteSessionByPrefix(
  tx: TenantTransaction,
  userId: string,
  prefixHex: string,
): Promise<boolean> {
  const ended = await tx
    .delete(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        sql`left(encode(${sessions.tokenHash}, 'hex'), ${prefixHex.length}) = ${prefixHex}`,
      ),
    )
    .returning({ userId: sessions.userId });
  return ended.length > 0;
}

export interface OpenSession {
  tokenHash: Uint8Array;
  createdAt: Date;
  lastSeenAt: Date;
  userAgent: string | null;
  address: string | null;
}

export async function listSessionsOf(tx: TenantTransaction, userId: string): Promise<OpenSession[]> {
  return tx
    .select({
      tokenHash: sessions.tokenHash,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
      userAgent: sessions.userAgent,
      address: sessions.address,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), alive()))
    .orderBy(desc(sessions.lastSeenAt))
    .limit(100);
}

export interface Credentials {
  userId: string;
  passwordHash: string;
  disabled: boolean;
}

/** By e-mail address in lower case. */
export async function findCredentials(tx: TenantTransaction, email: string): Promise<Credentials | null> {
  const [row] = await tx
    .select({
      userId: users.id,
      passwordHash: users.passwordHash,
      disabled: sql<boolean>`${users.disabledAt} is not null`,
    })
    .from(users)
    .where(eq(users.email, email));
  return row ?? null;
}

export async function setPasswordHash(
  tx: TenantTransaction,
  userId: string,
  passwordHash: string,
): Promise<void> {
  await tx.update(users).set({ passwordHash }).where(eq(users.id, userId));
}

export interface TenantOfPerson {
  id: string;
  name: string;
  role: Role;
}

/** The tenants a person belongs to, the one joined first in front. */
export async function listTenantsOf(tx: TenantTransaction, userId: string): Promise<TenantOfPerson[]> {
  return tx
    .select({ id: tenants.id, name: tenants.name, role: memberships.role })
    .from(memberships)
    .innerJoin(tenants, eq(tenants.id, memberships.tenantId))
    .where(eq(memberships.userId, userId))
    .orderBy(asc(memberships.createdAt), asc(tenants.id))
    .limit(200);
}
