import { fixedRole, type MemberRole, type Role, roleName } from "@smscrm/core/process/roles";
import type { SingleSignOnProblem } from "@smscrm/core/process/single-sign-on";
import { and, eq, sql } from "drizzle-orm";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import {
  type Pipeline,
  type PipelineTransaction,
  type TenantTransaction,
  transact,
} from "../../postgres/connection.ts";
import { signInIdentities } from "../../schema/index.ts";
import type { IdentityLink } from "../../schema/users.ts";
import { cancelInvitationsBy, isLastOwner, lockPeople, note } from "../members.ts";
import { NO_PASSWORD } from "./allowed-start.ts";

export type { IdentityLink };

/** A person whom the tenant's provider signed in. */
export interface ProviderPerson extends IdentityLink {
  tenantId: string;
  name: string;
  /** An address of a domain that the tenant verified, and that the provider vouches for; else why it can't be used. */
  address: { email: string } | { problem: SingleSignOnProblem };
}

export type Settled =
  | { kind: "member"; userId: string; linkedEmail: string | null }
  /** An account that also opens something else: its password must be proven before it is linked. */
  | { kind: "prove-password"; userId: string }
  | { kind: "refused"; problem: SingleSignOnProblem };

const refused = (problem: SingleSignOnProblem): Settled => ({ kind: "refused", problem });

/**
 * Finds the account of a provider's person and gives it the role of their groups. People are matched on issuer and
 * subject. The first time, an account with the same address is linked if it is a member of this tenant alone; a new
 * address becomes a new member. Any other account is somebody's elsewhere, and no provider of this tenant may take it.
 */
export function settlePerson(sql: Pipeline, person: ProviderPerson): Promise<Settled> {
  return transact(sql, async (tx): Promise<Settled> => {
    const { tenantId, issuer, subject, role, address } = person;
    // One after the other, so that two visits of one person don't make two accounts.
    await tx`select 1 from single_sign_on where tenant_id = ${tenantId} for no key update`;
    const people = await lockPeople(tx, tenantId);
    const [linked] = await tx<{ userId: string; isClosed: boolean }[]>`
      select u.id as "userId", u.disabled_at is not null as "isClosed"
      from sign_in_identities i join users u on u.id = i.user_id
      where i.tenant_id = ${tenantId} and i.issuer = ${issuer} and i.subject = ${subject} for no key update of u`;
    if (linked?.isClosed) return refused("account-closed");
    if (linked) {
      await giveRole(tx, people, { tenantId, userId: linked.userId }, role);
      return { kind: "member", userId: linked.userId, linkedEmail: null };
    }
    if ("problem" in address) return refused(address.problem);
    const isNew = role !== null && (await insertAccount(tx, address.email, person.name));
    const [account] = await tx<{ userId: string; isClosed: boolean; hasPassword: boolean }[]>`
      select id as "userId", disabled_at is not null as "isClosed", not has_password(id, ${NO_PASSWORD}) as "hasPassword"
      from users where email = ${address.email} for no key update`;
    if (!account) return refused("not-a-member");
    const { userId } = account;
    if (account.isClosed) return refused("account-closed");
    const elsewhere =
      await tx`select 1 from memberships where user_id = ${userId} and tenant_id <> ${tenantId} limit 1`;
    const isMember = people.has(userId);
    if (!isMember && role === null) return refused("not-a-member");
    // Without a password and a membership it is a former member's whom single sign-on made: it opens nothing.
    const isOurs = isMember || !account.hasPassword;
    if (elsewhere.length > 0 || !isOurs) return { kind: "prove-password", userId };
    if (!(await link(tx, people, { tenantId, userId }, person))) return refused("other-person");
    return { kind: "member", userId, linkedEmail: isNew ? null : address.email };
  });
}

/** Returns false if there is an account with this address. The new one has no password. */
async function insertAccount(tx: PipelineTransaction, email: string, name: string): Promise<boolean> {
  const made = await tx`
    insert into users (email, name, password_hash) values (${email}, ${name}, ${NO_PASSWORD})
    on conflict (email) do nothing returning id`;
  return made.length > 0;
}

/**
 * Links an account whose password, and second factor if it has one, were proven. False where the account belongs to
 * another person of the provider.
 */
export function linkProven(
  sql: Pipeline,
  at: { tenantId: string; userId: string },
  identity: IdentityLink,
): Promise<boolean> {
  return transact(sql, async (tx) => {
    await tx`select 1 from single_sign_on where tenant_id = ${at.tenantId} for no key update`;
    const people = await lockPeople(tx, at.tenantId);
    if (!people.has(at.userId) && identity.role === null) return false;
    return link(tx, people, at, identity);
  });
}

type At = { tenantId: string; userId: string };

async function link(
  tx: PipelineTransaction,
  people: Map<string, MemberRole>,
  at: At,
  { issuer, subject, role }: IdentityLink,
): Promise<boolean> {
  const { tenantId, userId } = at;
  if (!people.has(userId)) {
    const joined = await tx`
      insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${userId}, ${role})
      on conflict do nothing returning 1`;
    // A platform operator who looks inside by an owner's consent: no group makes them a member.
    if (joined.length === 0) return false;
    await note(tx, at, "person.join", userId, { role, by: "sso" });
  }
  // The provider before this one is gone, and so are its people.
  await tx`delete from sign_in_identities where tenant_id = ${tenantId} and user_id = ${userId} and issuer <> ${issuer}`;
  await tx`
    insert into sign_in_identities (tenant_id, issuer, subject, user_id)
    values (${tenantId}, ${issuer}, ${subject}, ${userId}) on conflict do nothing`;
  const [present] = await tx`
    select 1 from sign_in_identities where tenant_id = ${tenantId} and issuer = ${issuer} and subject = ${subject}
      and user_id = ${userId}`;
  if (!present) return false;
  await note(tx, at, "sso.link", userId, { issuer, subject });
  await giveRole(tx, people, at, role);
  return true;
}

/** Groups decide at each sign-in, also about a member with a custom role. Only the last owner stays an owner, because nobody else could change anything. */
async function giveRole(
  tx: PipelineTransaction,
  people: Map<string, MemberRole>,
  { tenantId, userId }: At,
  role: Role | null,
): Promise<void> {
  const present = people.get(userId);
  if (role === null || present === undefined || (present.role === role && !present.customRole)) return;
  const at = { tenantId, userId };
  if (isLastOwner(people, userId)) {
    await note(tx, at, "sso.role-kept", userId, { role: roleName(present), groups: role });
    return;
  }
  await tx`
    update memberships set role = ${role}, custom_role_id = null
    where tenant_id = ${tenantId} and user_id = ${userId}`;
  await note(tx, at, "person.set-role", userId, { from: roleName(present), to: role, by: "sso" });
  await cancelInvitationsBy(tx, at, userId, fixedRole(role));
}

/** Ends what a person of the provider has open in the tenant, because their groups give them no role any more. */
export function endSessionsOfIdentity(
  sql: Pipeline,
  { tenantId, issuer, subject }: { tenantId: string; issuer: string; subject: string },
): Promise<number> {
  return transact(sql, async (tx) => {
    const ended = await tx<{ userId: string }[]>`
      delete from sessions s using sign_in_identities i
      where i.tenant_id = ${tenantId} and i.issuer = ${issuer} and i.subject = ${subject}
        and s.tenant_id = i.tenant_id and s.user_id = i.user_id and s.signed_in_by = 'sso'
      returning s.user_id as "userId"`;
    const [first] = ended;
    if (first) {
      await recordPipelineAudits(tx, [
        {
          ...{ tenantId, actorId: first.userId, action: "auth.end-sessions", objectKind: "person" },
          ...{ objectId: first.userId, detail: { by: "sso", ended: ended.length } },
        },
      ]);
    }
    return ended.length;
  });
}

/** Returns whose account a person of the provider has in the tenant; null if none is linked. */
export async function findIdentity(
  tx: TenantTransaction,
  { tenantId, issuer, subject }: { tenantId: string; issuer: string; subject: string },
): Promise<string | null> {
  const [row] = await tx
    .select({ userId: signInIdentities.userId })
    .from(signInIdentities)
    .where(
      and(
        eq(signInIdentities.tenantId, tenantId),
        eq(signInIdentities.issuer, issuer),
        eq(signInIdentities.subject, subject),
      ),
    );
  return row?.userId ?? null;
}

/** Records that the account's person signed in through the provider. */
export async function touchIdentity(
  tx: TenantTransaction,
  { tenantId, userId }: { tenantId: string; userId: string },
): Promise<void> {
  await tx
    .update(signInIdentities)
    .set({ lastUsedAt: sql`clock_timestamp()` })
    .where(and(eq(signInIdentities.tenantId, tenantId), eq(signInIdentities.userId, userId)));
}
