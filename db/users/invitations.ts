import { type MemberRole, mayManage, type Role, roleName } from "@smscrm/core/process/roles";
import { asc, eq } from "drizzle-orm";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import {
  type Pipeline,
  type PipelineTransaction,
  type TenantTransaction,
  transact,
} from "../postgres/connection.ts";
import { customRoles, invitations } from "../schema/index.ts";
import {
  findRole,
  isRoleOf,
  memberRole,
  type RoleChoice,
  STORED_ROLE,
  type StoredRole,
} from "./member-roles.ts";
import { type Actor, lockPeople, note, storedRole } from "./members.ts";

/** Long enough for a weekend. */
export const INVITATION_HOURS = 72;
/** The most open invitations of a tenant. At the limit some must be canceled first. */
export const INVITATIONS_MAX = 200;

export interface Invitation extends MemberRole {
  id: string;
  email: string;
  createdAt: Date;
  expiresAt: Date;
}

/** Lists invitations that were neither accepted nor canceled, including expired ones. */
export async function listInvitations(tx: TenantTransaction, tenantId: string): Promise<Invitation[]> {
  const rows = await tx
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      customRole: STORED_ROLE,
      createdAt: invitations.createdAt,
      expiresAt: invitations.expiresAt,
    })
    .from(invitations)
    .leftJoin(customRoles, isRoleOf(invitations))
    .where(eq(invitations.tenantId, tenantId))
    .orderBy(asc(invitations.email))
    .limit(1_000);
  return rows.map(({ role, customRole, ...invitation }) => ({
    ...invitation,
    ...memberRole(role, customRole),
  }));
}

export interface NewInvitation {
  email: string;
  role: RoleChoice;
  tokenHash: Uint8Array;
}

export type InviteResult =
  | { role: string; expiresAt: Date }
  | "member"
  | "invited"
  | "too-many"
  | "no-role"
  | "not-allowed";

/**
 * Creates an invitation. It only checks whether the address belongs to a member of this tenant. It does not reveal
 * whether any account has the address.
 */
export function invite(sql: Pipeline, actor: Actor, invitation: NewInvitation): Promise<InviteResult> {
  return transact(sql, async (tx) => {
    const people = await lockPeople(tx, actor.tenantId);
    const role = await findRole(tx, actor.tenantId, invitation.role);
    if (!role) return "no-role";
    const own = people.get(actor.userId);
    if (!own || !mayManage(own, role)) return "not-allowed";
    const [refusal] = await tx<{ member: boolean; open: number }[]>`
      select exists (select 1 from memberships m join users u on u.id = m.user_id
          where m.tenant_id = ${actor.tenantId} and u.email = ${invitation.email}) as member,
        (select count(*)::int from invitations where tenant_id = ${actor.tenantId}) as open`;
    if (refusal!.member) return "member";
    if (refusal!.open >= INVITATIONS_MAX) return "too-many";
    const made = await insertInvitation(tx, actor, { ...invitation, role });
    return made ? { ...made, role: roleName(role) } : "invited";
  });
}

/** Returns null if the address has an open invitation; an expired one is replaced. `userId` is null at the console. */
export async function insertInvitation(
  tx: PipelineTransaction,
  by: { tenantId: string; userId: string | null; name?: string },
  { email, role, tokenHash }: Omit<NewInvitation, "role"> & { role: MemberRole },
): Promise<{ expiresAt: Date } | null> {
  const [made] = await tx<{ id: string; expiresAt: Date }[]>`
    insert into invitations as i (tenant_id, email, role, custom_role_id, token_hash, invited_by, expires_at)
    values (${by.tenantId}, ${email}, ${role.role}, ${role.customRole?.id ?? null}, ${tokenHash}, ${by.userId},
      clock_timestamp() + make_interval(hours => ${INVITATION_HOURS}))
    on conflict (tenant_id, email) do update set id = excluded.id, role = excluded.role,
      custom_role_id = excluded.custom_role_id, token_hash = excluded.token_hash, invited_by = excluded.invited_by, created_at = excluded.created_at,
      expires_at = excluded.expires_at
    where i.expires_at <= clock_timestamp()
    returning id, expires_at as "expiresAt"`;
  if (!made) return null;
  const named: Record<string, string> = by.name === undefined ? {} : { by: by.name };
  await noteInvitation(tx, by, "person.invite", { id: made.id, email, given: role }, named);
  return { expiresAt: made.expiresAt };
}

export type InvitationChange = "changed" | "not-found" | "not-allowed";

/** Creates a new link for an open or expired invitation; the old link stops working. The actor becomes the inviter. */
export function renewInvitation(
  sql: Pipeline,
  actor: Actor,
  id: string,
  tokenHash: Uint8Array,
): Promise<{ email: string; role: string; expiresAt: Date } | "not-found" | "not-allowed"> {
  return transact(sql, async (tx) => {
    const found = await lockInvitation(tx, actor, id);
    if (typeof found === "string") return found;
    const [renewed] = await tx<{ expiresAt: Date }[]>`
      update invitations set token_hash = ${tokenHash}, invited_by = ${actor.userId},
        expires_at = clock_timestamp() + make_interval(hours => ${INVITATION_HOURS})
      where id = ${id} returning expires_at as "expiresAt"`;
    await noteInvitation(tx, actor, "person.invite-renew", found);
    return { email: found.email, role: roleName(found.given), expiresAt: renewed!.expiresAt };
  });
}

export function cancelInvitation(sql: Pipeline, actor: Actor, id: string): Promise<InvitationChange> {
  return transact(sql, async (tx) => {
    const found = await lockInvitation(tx, actor, id);
    if (typeof found === "string") return found;
    await tx`delete from invitations where id = ${id}`;
    await noteInvitation(tx, actor, "person.invite-cancel", found);
    return "changed";
  });
}

type Kept = { id: string; email: string; given: MemberRole };

async function lockInvitation(
  tx: PipelineTransaction,
  { tenantId, userId }: Actor,
  id: string,
): Promise<Kept | "not-found" | "not-allowed"> {
  const own = (await lockPeople(tx, tenantId)).get(userId);
  const [found] = await tx<{ email: string; role: Role; stored: StoredRole }[]>`
    select i.email, i.role, ${storedRole(tx)} as stored
    from invitations i left join custom_roles c on c.tenant_id = i.tenant_id and c.id = i.custom_role_id
    where i.id = ${id} and i.tenant_id = ${tenantId} for update of i`;
  if (!found) return "not-found";
  const given = memberRole(found.role, found.stored);
  return own && mayManage(own, given) ? { id, email: found.email, given } : "not-allowed";
}

export interface OpenInvitation {
  tenantId: string;
  organisation: string;
  email: string;
  /** The role's name. */
  role: string;
  expiresAt: Date;
}

/**
 * Returns the invitation of a link, or null if it was used or canceled, has expired, or the inviter may no longer give
 * that role.
 */
export async function findInvitation(sql: Pipeline, tokenHash: Uint8Array): Promise<OpenInvitation | null> {
  const [found] = await sql<
    (Omit<OpenInvitation, "role"> & {
      role: Role;
      stored: StoredRole;
      invitedBy: string | null;
    })[]
  >`
    select i.tenant_id as "tenantId", t.name as organisation, i.email, i.role, ${storedRole(sql)} as stored,
      i.expires_at as "expiresAt", i.invited_by as "invitedBy"
    from invitations i join tenants t on t.id = i.tenant_id
    left join custom_roles c on c.tenant_id = i.tenant_id and c.id = i.custom_role_id
    where i.token_hash = ${tokenHash} and i.expires_at > clock_timestamp()`;
  if (!found) return null;
  const { invitedBy, role, stored, ...invitation } = found;
  const given = memberRole(role, stored);
  const inviter = invitedBy === null ? null : await findMemberRole(sql, found.tenantId, invitedBy);
  return stillAllowed(invitedBy, inviter, given) ? { ...invitation, role: roleName(given) } : null;
}

async function findMemberRole(sql: Pipeline, tenantId: string, userId: string): Promise<MemberRole | null> {
  const [found] = await sql<{ role: Role; stored: StoredRole }[]>`
    select m.role, ${storedRole(sql)} as stored
    from memberships m left join custom_roles c on c.tenant_id = m.tenant_id and c.id = m.custom_role_id
    where m.tenant_id = ${tenantId} and m.user_id = ${userId}`;
  return found ? memberRole(found.role, found.stored) : null;
}

/** An invitation is valid only while its inviter could still give the role. */
function stillAllowed(invitedBy: string | null, inviter: MemberRole | null, role: MemberRole): boolean {
  return invitedBy === null || (inviter !== null && mayManage(inviter, role));
}

/**
 * The person who accepts: a new account, or an existing one whose password was checked. `provenHash` is the hash that
 * it was checked against.
 */
export type Acceptance = { name: string; passwordHash: string } & (
  | { account: "new" }
  | { account: "existing"; userId: string; provenHash: string }
);

export type AcceptResult = { userId: string; tenantId: string } | "gone" | "account-exists" | "changed";

/**
 * Makes the person a member, exactly once even with parallel requests. The person chooses the name and password. An
 * existing account gets a new password, and all its sessions, known browsers and reset links end: another
 * organisation's inviter may have created the account, and must not get in here with it.
 */
export function acceptInvitation(
  sql: Pipeline,
  tokenHash: Uint8Array,
  acceptance: Acceptance,
): Promise<AcceptResult> {
  return transact(sql, async (tx) => {
    const [at] = await tx<{ tenantId: string }[]>`
      select tenant_id as "tenantId" from invitations where token_hash = ${tokenHash}`;
    if (!at) return "gone";
    // Locks people before invitations, like every other transaction: another order could deadlock.
    const people = await lockPeople(tx, at.tenantId);
    const [invitation] = await tx<
      { id: string; email: string; role: Role; stored: StoredRole; invitedBy: string | null }[]
    >`
      select i.id, i.email, i.role, ${storedRole(tx)} as stored, i.invited_by as "invitedBy"
      from invitations i left join custom_roles c on c.tenant_id = i.tenant_id and c.id = i.custom_role_id
      where i.token_hash = ${tokenHash} and i.expires_at > clock_timestamp() for update of i`;
    if (!invitation) return "gone";
    const { email, invitedBy } = invitation;
    const role = memberRole(invitation.role, invitation.stored);
    if (!stillAllowed(invitedBy, people.get(invitedBy ?? "") ?? null, role)) return "gone";
    const userId =
      acceptance.account === "new"
        ? await insertAccount(tx, email, acceptance)
        : await takeOverAccount(tx, email, acceptance);
    if (userId === null) return acceptance.account === "new" ? "account-exists" : "changed";
    await tx`delete from invitations where id = ${invitation.id}`;
    // Someone who already became a member in another way keeps their role.
    await tx`insert into memberships (tenant_id, user_id, role, custom_role_id)
      values (${at.tenantId}, ${userId}, ${role.role}, ${role.customRole?.id ?? null})
      on conflict do nothing`;
    await note(tx, { tenantId: at.tenantId, userId }, "person.join", userId, { role: roleName(role), email });
    return { userId, tenantId: at.tenantId };
  });
}

async function insertAccount(
  tx: PipelineTransaction,
  email: string,
  { name, passwordHash }: Acceptance,
): Promise<string | null> {
  const [made] = await tx<{ id: string }[]>`
    insert into users (email, name, password_hash) values (${email}, ${name}, ${passwordHash})
    on conflict (email) do nothing returning id`;
  return made?.id ?? null;
}

async function takeOverAccount(
  tx: PipelineTransaction,
  email: string,
  { userId, provenHash, name, passwordHash }: Extract<Acceptance, { account: "existing" }>,
): Promise<string | null> {
  const changed = await tx`
    update users set name = ${name}, password_hash = ${passwordHash}
    where id = ${userId} and email = ${email} and has_password(id, ${provenHash}) and disabled_at is null
    returning id`;
  if (changed.length === 0) return null;
  await endEverythingOf(tx, userId);
  await noteInEveryTenantOf(tx, userId, "auth.change-password", {});
  return userId;
}

/** Ends the person's sessions, pending sign-ins, known browsers and reset links: only a new sign-in goes on. */
export async function endEverythingOf(tx: PipelineTransaction, userId: string): Promise<number> {
  const ended = await tx`delete from sessions where user_id = ${userId} returning 1`;
  await tx`delete from known_browsers where user_id = ${userId}`;
  await tx`delete from password_resets where user_id = ${userId}`;
  await tx`delete from pending_sign_ins where user_id = ${userId}`;
  return ended.length;
}

/**
 * Turns off every second factor of the account with this address, at the console, and ends its sessions. Returns the number of
 * apps and passkeys, or null if there is no such account.
 */
export function turnOffSecondFactors(
  sql: Pipeline,
  { email, by }: { email: string; by: string },
): Promise<{ factors: number } | null> {
  return transact(sql, async (tx) => {
    const [user] = await tx<{ id: string }[]>`select id from users where email = ${email} for no key update`;
    if (!user) return null;
    const apps =
      await tx`delete from totp_factors where user_id = ${user.id} returning confirmed_at as "confirmedAt"`;
    const keys = await tx`delete from passkeys where user_id = ${user.id} returning 1`;
    await tx`delete from recovery_codes where user_id = ${user.id}`;
    const factors = apps.filter(({ confirmedAt }) => confirmedAt !== null).length + keys.length;
    const ended = await endEverythingOf(tx, user.id);
    await noteInEveryTenantOf(tx, user.id, "auth.second-factor-off", { by, factors, ended }, null);
    return { factors };
  });
}

/** Each tenant that the person belongs to learns of it. `actorId` null: done at the console. */
export async function noteInEveryTenantOf(
  tx: PipelineTransaction,
  userId: string,
  action: string,
  detail: Record<string, string | number>,
  actorId: string | null = userId,
): Promise<void> {
  const tenants = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from memberships where user_id = ${userId}`;
  const note = { actorId, action, objectKind: "person", objectId: userId, detail };
  await recordPipelineAudits(
    tx,
    tenants.map(({ tenantId }) => ({ ...note, tenantId })),
  );
}

async function noteInvitation(
  tx: PipelineTransaction,
  { tenantId, userId }: { tenantId: string; userId: string | null },
  action: string,
  { id, email, given }: Kept,
  more: Record<string, string> = {},
): Promise<void> {
  const note = { tenantId, actorId: userId, action, objectKind: "invitation", objectId: id };
  await recordPipelineAudits(tx, [{ ...note, detail: { email, role: roleName(given), ...more } }]);
}
