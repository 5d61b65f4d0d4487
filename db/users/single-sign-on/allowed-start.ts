import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import {
  memberships,
  passkeys,
  sessions,
  singleSignOn,
  tenants,
  totpFactors,
  users,
} from "../../schema/index.ts";

/** Whether the person has a second factor of ours. */
export const hasOwnFactor = sql<boolean>`(
  exists (select 1 from ${totpFactors} where ${totpFactors.userId} = ${users.id} and ${totpFactors.confirmedAt} is not null)
  or exists (select 1 from ${passkeys} where ${passkeys.userId} = ${users.id}))`;

/**
 * Whether the password may begin a session in the tenant. Where single sign-on is required, it may only for an owner with
 * a second factor, so that a broken provider locks nobody out for ever, and for a platform operator whom an owner lets
 * look inside. Needs the tables of `users`, `memberships` and,
 * joined from the left, `single_sign_on`.
 */
const passwordOpens = sql<boolean>`(coalesce(${singleSignOn.mode}, 'off') <> 'required'
  or ${memberships.expiresAt} is not null or (${memberships.role} = 'owner' and ${hasOwnFactor}))`;

/** A member, or a visitor whose time is not over. */
export const isPresent = sql`(${memberships.expiresAt} is null or ${memberships.expiresAt} > clock_timestamp())`;

/** Whether a session that began so still opens its tenant. It is asked at every request, so a changed mode counts at once. */
export const startIsAllowed: SQL<boolean> = sql<boolean>`case ${sessions.signedInBy}
  when 'sso' then coalesce(${singleSignOn.mode}, 'off') <> 'off' else ${passwordOpens} end`;

export interface PasswordTenant {
  id: string;
  name: string;
  /** Whether the password alone, or with a second factor, begins a session there. */
  passwordOpens: boolean;
}

/** Lists the tenants of a person like `listTenantsOf`, and says which of them the password opens. */
export async function listPasswordTenants(tx: TenantTransaction, userId: string): Promise<PasswordTenant[]> {
  return tx
    .select({ id: tenants.id, name: tenants.name, passwordOpens })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .innerJoin(tenants, and(eq(tenants.id, memberships.tenantId), isNull(tenants.closedAt)))
    .leftJoin(singleSignOn, eq(singleSignOn.tenantId, memberships.tenantId))
    .where(and(eq(memberships.userId, userId), isPresent))
    .orderBy(asc(memberships.createdAt), asc(tenants.id))
    .limit(200);
}

/** Whether the person could still sign in here with the password if single sign-on were required. */
export async function isBreakGlassOwner(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
): Promise<boolean> {
  const [row] = await tx
    .select({
      role: memberships.role,
      hasOwnFactor,
      hasPassword: sql<boolean>`${users.passwordHash} <> ${NO_PASSWORD}`,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.tenantId, tenantId), eq(memberships.userId, userId)));
  return row !== undefined && row.role === "owner" && row.hasOwnFactor && row.hasPassword;
}

/** What is kept of the password of an account that has none. No password has this hash. */
export const NO_PASSWORD = "none";
