import { type MemberRole, roleName } from "@smscrm/core/process/roles";
import { mustHaveSecondFactor, PROOF_MINUTES } from "@smscrm/core/process/second-factor";
import { and, asc, desc, eq, gt, inArray, isNull, ne, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import {
  customRoles,
  memberships,
  passkeys,
  sessions,
  tenants,
  totpFactors,
  users,
} from "../schema/index.ts";
import { isRoleOf, memberRole, STORED_ROLE } from "./member-roles.ts";

/** A session ends after this long without a request, and at the latest after the time below. */
export const IDLE_HOURS = 12;
export const ABSOLUTE_DAYS = 30;

/** The signed-in person with tenant and role, as stored at this moment. */
export interface SignedInPerson extends MemberRole {
  userId: string;
  name: string;
  email: string;
  tenant: {
    id: string;
    name: string;
    timezone: string;
    country: string;
    currency: string;
    /** The platform's own organisation. */
    isPlatform: boolean;
  };
  /** The key of the tenant's references to numbers, for who sees them masked. */
  numberKey: Uint8Array;
  /** A platform operator who may look inside until then, by an owner's consent. Null: a member. */
  visitsUntil: Date | null;
  lastSeenAt: Date;
  /** When they last proved in this session who they are; null: a session from before that was kept. */
  provenAt: Date | null;
  /** Whether that proof still counts for an action that asks for one. */
  isProven: boolean;
  /** The tenant asks this role for a second factor and the person has none: they may only set one up. */
  lacksSecondFactor: boolean;
}

/** Whether the person needs no second factor here, or has one; asked of those tables only where the tenant has a policy. */
const mayLackOrHas = sql<boolean>`(${tenants.secondFactorPolicy} = 'optional'
  or exists (select 1 from ${totpFactors} where ${totpFactors.userId} = ${users.id} and ${totpFactors.confirmedAt} is not null)
  or exists (select 1 from ${passkeys} where ${passkeys.userId} = ${users.id}))`;

/** A member, or a visitor whose time is not over. */
const isPresent = sql`(${memberships.expiresAt} is null or ${memberships.expiresAt} > clock_timestamp())`;

const alive = () =>
  and(
    gt(sessions.expiresAt, sql`clock_timestamp()`),
    gt(sessions.lastSeenAt, sql`clock_timestamp() - make_interval(hours => ${IDLE_HOURS})`),
  );

/** Returns the person of a session token (its SHA-256), or null if the session has ended or the membership is gone. */
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
      customRole: STORED_ROLE,
      numberKey: tenants.numberKey,
      tenant: {
        id: tenants.id,
        name: tenants.name,
        timezone: tenants.timezone,
        country: tenants.country,
        currency: tenants.currency,
        isPlatform: tenants.isPlatform,
      },
      visitsUntil: memberships.expiresAt,
      lastSeenAt: sessions.lastSeenAt,
      provenAt: sessions.provenAt,
      isProven: sql<boolean>`coalesce(${sessions.provenAt} > clock_timestamp() - make_interval(mins => ${PROOF_MINUTES}), false)`,
      policy: tenants.secondFactorPolicy,
      mayLackOrHas,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(
      memberships,
      and(eq(memberships.tenantId, sessions.tenantId), eq(memberships.userId, sessions.userId), isPresent),
    )
    .leftJoin(customRoles, isRoleOf(memberships))
    .innerJoin(tenants, and(eq(tenants.id, sessions.tenantId), isNull(tenants.closedAt)))
    .where(and(eq(sessions.tokenHash, tokenHash), sql`${users.disabledAt} is null`, alive()));
  if (!row) return null;
  const { policy, mayLackOrHas: fits, role, customRole, ...person } = row;
  const member = memberRole(role, customRole);
  return { ...person, ...member, lacksSecondFactor: !fits && mustHaveSecondFactor(policy, member) };
}

/**
 * For so long the token before a proof still works, without the proof: for requests and streams that other tabs began
 * before they had the new cookie. Streams look after their session more often than this.
 */
export const REPLACED_SECONDS = 30;

const endsSoon = () =>
  sql<boolean>`${sessions.expiresAt} <= clock_timestamp() + make_interval(secs => ${REPLACED_SECONDS})`;

/**
 * Gives a session whose person has just proved who they are a new token, so that a copy of the old one gains nothing.
 * It lasts no longer than before. Returns false if the session has ended, or another request gave it a new token first.
 *
 * Source: OWASP ASVS 5.0, 7.2.4.
 */
export async function renewProvenSession(
  tx: TenantTransaction,
  { from, to }: { from: Uint8Array; to: Uint8Array },
): Promise<boolean> {
  const [present] = await tx
    .select({
      userId: sessions.userId,
      tenantId: sessions.tenantId,
      createdAt: sessions.createdAt,
      expiresAt: sessions.expiresAt,
      userAgent: sessions.userAgent,
      address: sessions.address,
    })
    .from(sessions)
    .where(and(eq(sessions.tokenHash, from), sql`not ${endsSoon()}`))
    .for("update");
  if (!present) return false;
  const now = sql`clock_timestamp()`;
  await tx.insert(sessions).values({ ...present, tokenHash: to, lastSeenAt: now, provenAt: now });
  await tx
    .update(sessions)
    .set({ provenAt: null, expiresAt: sql`${now} + make_interval(secs => ${REPLACED_SECONDS})` })
    .where(eq(sessions.tokenHash, from));
  return true;
}

/** Records that the session was used. Callers do so once a minute, not at each request. */
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
  /** The proof of the session that this one replaces. */
  provenAt: Date | "now" | null;
}

/** More than a person and their tools use at once. Beyond it, the session that was not used for longest ends. */
const SESSIONS_MAX = 50;

export async function insertSession(tx: TenantTransaction, session: NewSession): Promise<void> {
  await tx.insert(sessions).values({
    ...session,
    provenAt: session.provenAt === "now" ? sql`clock_timestamp()` : session.provenAt,
    expiresAt: sql`clock_timestamp() + make_interval(days => ${ABSOLUTE_DAYS})`,
  });
  const newest = tx
    .select({ tokenHash: sessions.tokenHash })
    .from(sessions)
    .where(eq(sessions.userId, session.userId))
    .orderBy(desc(sessions.lastSeenAt), desc(sessions.createdAt))
    .limit(SESSIONS_MAX);
  await tx
    .delete(sessions)
    .where(and(eq(sessions.userId, session.userId), sql`${sessions.tokenHash} not in ${newest}`));
}

/** Returns false if the session had already ended. */
export async function deleteSession(tx: TenantTransaction, tokenHash: Uint8Array): Promise<boolean> {
  const ended = await tx
    .delete(sessions)
    .where(eq(sessions.tokenHash, tokenHash))
    .returning({ userId: sessions.userId });
  return ended.length > 0;
}

/** Ends all sessions of a person in every tenant, except `keep`. Returns the tenant of each ended session. */
export async function deleteSessionsOf(
  tx: TenantTransaction,
  userId: string,
  keep: Uint8Array | null,
): Promise<string[]> {
  const ended = await tx
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), keep ? ne(sessions.tokenHash, keep) : undefined))
    .returning({ tenantId: sessions.tenantId });
  return ended.map(({ tenantId }) => tenantId);
}

/** Ends the person's one session whose hash begins with this (hex). Returns its tenant, or null if there is none. */
export async function deleteSessionByPrefix(
  tx: TenantTransaction,
  userId: string,
  prefixHex: string,
): Promise<string | null> {
  const [ended] = await tx
    .delete(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        sql`left(encode(${sessions.tokenHash}, 'hex'), ${prefixHex.length}) = ${prefixHex}`,
      ),
    )
    .returning({ tenantId: sessions.tenantId });
  return ended?.tenantId ?? null;
}

export interface LiveSession extends MemberRole {
  tokenHash: Uint8Array;
  tenantId: string;
  /** As in `SignedInPerson`. */
  lacksSecondFactor: boolean;
  /** It ends within `REPLACED_SECONDS`, most likely because another token took its place. */
  endsSoon: boolean;
}

/**
 * Returns those of these sessions that are still open, with their current role. Ended sessions and those of removed
 * people are missing.
 */
export async function findLiveSessions(
  tx: TenantTransaction,
  tokenHashes: readonly Uint8Array[],
): Promise<LiveSession[]> {
  if (tokenHashes.length === 0) return [];
  const rows = await tx
    .select({
      tokenHash: sessions.tokenHash,
      tenantId: sessions.tenantId,
      role: memberships.role,
      customRole: STORED_ROLE,
      policy: tenants.secondFactorPolicy,
      mayLackOrHas,
      endsSoon: endsSoon(),
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(
      memberships,
      and(eq(memberships.tenantId, sessions.tenantId), eq(memberships.userId, sessions.userId), isPresent),
    )
    .leftJoin(customRoles, isRoleOf(memberships))
    .innerJoin(tenants, and(eq(tenants.id, sessions.tenantId), isNull(tenants.closedAt)))
    .where(and(inArray(sessions.tokenHash, [...tokenHashes]), sql`${users.disabledAt} is null`, alive()));
  return rows.map(({ policy, mayLackOrHas: fits, role, customRole, ...live }) => {
    const member = memberRole(role, customRole);
    return { ...live, ...member, lacksSecondFactor: !fits && mustHaveSecondFactor(policy, member) };
  });
}

export interface OpenSession {
  tokenHash: Uint8Array;
  createdAt: Date;
  lastSeenAt: Date;
  userAgent: string | null;
  address: string | null;
}

/** Lists a person's open sessions, without those whose token was replaced. */
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
    .where(and(eq(sessions.userId, userId), alive(), sql`not ${endsSoon()}`))
    .orderBy(desc(sessions.lastSeenAt))
    .limit(100);
}

export interface Credentials {
  userId: string;
  passwordHash: string;
  disabled: boolean;
}

/** Finds an account by its e-mail address in lower case. */
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

/** Returns false if the password has changed since it was checked. */
export async function setPasswordHash(
  tx: TenantTransaction,
  userId: string,
  { provenHash, passwordHash }: { provenHash: string; passwordHash: string },
): Promise<boolean> {
  const changed = await tx
    .update(users)
    .set({ passwordHash })
    .where(and(eq(users.id, userId), eq(users.passwordHash, provenHash)))
    .returning({ id: users.id });
  return changed.length > 0;
}

/**
 * Whether the password is still the one that was checked. It can't change until the transaction ends, so a reset that
 * comes later ends this session too.
 */
export async function holdPassword(
  tx: TenantTransaction,
  userId: string,
  provenHash: string,
): Promise<boolean> {
  const [user] = await tx
    .select({ passwordHash: users.passwordHash })
    .from(users)
    .where(and(eq(users.id, userId), sql`${users.disabledAt} is null`))
    .for("share");
  return user?.passwordHash === provenHash;
}

export interface TenantOfPerson {
  id: string;
  name: string;
  /** The role's name there. */
  role: string;
}

/** Lists the tenants of a person that they can enter, the one joined first at the top. */
export async function listTenantsOf(tx: TenantTransaction, userId: string): Promise<TenantOfPerson[]> {
  const rows = await tx
    .select({ id: tenants.id, name: tenants.name, role: memberships.role, customRole: STORED_ROLE })
    .from(memberships)
    .leftJoin(customRoles, isRoleOf(memberships))
    .innerJoin(tenants, and(eq(tenants.id, memberships.tenantId), isNull(tenants.closedAt)))
    .where(and(eq(memberships.userId, userId), isPresent))
    .orderBy(asc(memberships.createdAt), asc(tenants.id))
    .limit(200);
  return rows.map(({ id, name, role, customRole }) => ({
    ...{ id, name },
    role: roleName(memberRole(role, customRole)),
  }));
}
