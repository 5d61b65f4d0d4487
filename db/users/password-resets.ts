import { type Pipeline, transact } from "../postgres/connection.ts";
import { endEverythingOf, noteInEveryTenantOf } from "./invitations.ts";

export const RESET_MINUTES = 60;

/**
 * Stores a reset link for the person with this address; an earlier link stops working. Returns null if no active
 * account has the address.
 */
export function insertPasswordReset(
  sql: Pipeline,
  { email, tokenHash, by }: { email: string; tokenHash: Uint8Array; by: string },
): Promise<{ expiresAt: Date } | null> {
  return transact(sql, async (tx) => {
    const [user] = await tx<{ id: string }[]>`
      select id from users where email = ${email} and disabled_at is null`;
    if (!user) return null;
    const [made] = await tx<{ expiresAt: Date }[]>`
      insert into password_resets (user_id, token_hash, made_by, expires_at)
      values (${user.id}, ${tokenHash}, ${by}, clock_timestamp() + make_interval(mins => ${RESET_MINUTES}))
      on conflict (user_id) do update set token_hash = excluded.token_hash, made_by = excluded.made_by,
        created_at = excluded.created_at, expires_at = excluded.expires_at
      returning expires_at as "expiresAt"`;
    await noteInEveryTenantOf(tx, user.id, "auth.reset-link", { by }, null);
    return made!;
  });
}

/** Returns the person whose password the link changes, or null if it was used, was replaced or has expired. */
export async function findPasswordReset(
  sql: Pipeline,
  tokenHash: Uint8Array,
): Promise<{ email: string; expiresAt: Date } | null> {
  const [found] = await sql<{ email: string; expiresAt: Date }[]>`
    select u.email, r.expires_at as "expiresAt" from password_resets r join users u on u.id = r.user_id
    where r.token_hash = ${tokenHash} and r.expires_at > clock_timestamp() and u.disabled_at is null`;
  return found ?? null;
}

/** Returns the names of the person's organisations, because a password must not contain them. */
export async function listOrganisationsOfReset(sql: Pipeline, tokenHash: Uint8Array): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select t.name from password_resets r join memberships m on m.user_id = r.user_id join tenants t on t.id = m.tenant_id
    where r.token_hash = ${tokenHash} order by t.id limit 200`;
  return rows.map(({ name }) => name);
}

/**
 * Sets the password, once, and ends every session and known browser of the person. Returns null if the link was used,
 * was replaced or has expired.
 */
export function usePasswordReset(
  sql: Pipeline,
  { tokenHash, passwordHash, address }: { tokenHash: Uint8Array; passwordHash: string; address: string },
): Promise<{ userId: string; email: string } | null> {
  return transact(sql, async (tx) => {
    const [used] = await tx<{ userId: string }[]>`
      delete from password_resets where token_hash = ${tokenHash} and expires_at > clock_timestamp()
      returning user_id as "userId"`;
    if (!used) return null;
    const { userId } = used;
    const [user] = await tx<{ email: string }[]>`
      update users set password_hash = ${passwordHash} where id = ${userId} and disabled_at is null returning email`;
    if (!user) return null;
    const ended = await endEverythingOf(tx, userId);
    await noteInEveryTenantOf(tx, userId, "auth.reset-password", { ended, address });
    return { userId, email: user.email };
  });
}
