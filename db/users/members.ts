import { type MemberRole, mayManage, type Role, roleName } from "@smscrm/core/process/roles";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import type { Pipeline, PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";
import { customRoles, memberships, sessions, users } from "../schema/index.ts";
import {
  findRole,
  isRoleOf,
  memberRole,
  type RoleChoice,
  STORED_ROLE,
  type StoredRole,
} from "./member-roles.ts";

export interface Person extends MemberRole {
  userId: string;
  name: string;
  email: string;
  lastSeenAt: Date | null;
}

export async function listPeople(tx: TenantTransaction, tenantId: string): Promise<Person[]> {
  const rows = await tx
    .select({
      userId: users.id,
      name: users.name,
      email: users.email,
      role: memberships.role,
      customRole: STORED_ROLE,
      lastSeenAt: sql`(select max(${sessions.lastSeenAt}) from ${sessions}
        where ${sessions.userId} = ${users.id} and ${sessions.tenantId} = ${tenantId})`.mapWith(
        sessions.lastSeenAt,
      ) as unknown as ReturnType<typeof sql<Date | null>>,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .leftJoin(customRoles, isRoleOf(memberships))
    .where(and(eq(memberships.tenantId, tenantId), isNull(memberships.expiresAt)))
    .orderBy(asc(users.name), asc(users.id))
    .limit(1_000);
  return rows.map(({ role, customRole, ...person }) => ({ ...person, ...memberRole(role, customRole) }));
}

/** The actor for the audit log, which is written in the same transaction. */
export interface Actor {
  tenantId: string;
  userId: string;
}

export type PersonChange = "changed" | "not-found" | "last-owner" | "no-role" | "not-allowed";

/**
 * Changes a member's role; takes effect with their next request. The last owner of a tenant stays an owner. Checked again
 * here, under the lock, where nothing else can change: the actor manages the member, before and after.
 */
export function setPersonRole(
  sql: Pipeline,
  actor: Actor,
  userId: string,
  choice: RoleChoice,
): Promise<PersonChange> {
  return sql.begin(async (tx) => {
    const people = await lockPeople(tx, actor.tenantId);
    const before = people.get(userId);
    if (!before) return "not-found";
    const next = await findRole(tx, actor.tenantId, choice);
    if (!next) return "no-role";
    const own = people.get(actor.userId);
    if (!own || !mayManage(own, before) || !mayManage(own, next)) return "not-allowed";
    if (next.role !== "owner" && isLastOwner(people, userId)) return "last-owner";
    await tx`update memberships set role = ${next.role}, custom_role_id = ${next.customRole?.id ?? null}
      where tenant_id = ${actor.tenantId} and user_id = ${userId}`;
    await note(tx, actor, "person.set-role", userId, { from: roleName(before), to: roleName(next) });
    await cancelInvitationsBy(tx, actor, userId, next);
    return "changed";
  });
}

/** Removes a person from the tenant and ends their sessions in it. */
export function removePerson(sql: Pipeline, actor: Actor, userId: string): Promise<PersonChange> {
  return sql.begin(async (tx) => {
    const people = await lockPeople(tx, actor.tenantId);
    const before = people.get(userId);
    if (!before) return "not-found";
    const own = people.get(actor.userId);
    if (!own || !mayManage(own, before)) return "not-allowed";
    if (isLastOwner(people, userId)) return "last-owner";
    await tx`delete from sessions where tenant_id = ${actor.tenantId} and user_id = ${userId}`;
    await tx`delete from memberships where tenant_id = ${actor.tenantId} and user_id = ${userId}`;
    await endVisitsOf(tx, actor, userId);
    await note(tx, actor, "person.remove", userId, { role: roleName(before) });
    await cancelInvitationsBy(tx, actor, userId, null);
    return "changed";
  });
}

/** A removed platform operator visits no other organisation any more, and their requests end. */
async function endVisitsOf(
  tx: PipelineTransaction,
  { tenantId, userId }: Actor,
  operator: string,
): Promise<void> {
  const ended = await tx<{ id: string; tenantId: string }[]>`
    update support_accesses set ended_at = clock_timestamp() where operator_id = ${operator} and ended_at is null
      and exists (select 1 from tenants where id = ${tenantId} and is_platform)
    returning id, tenant_id as "tenantId"`;
  const visited = ended.map((access) => access.tenantId);
  const visits = await tx<{ tenantId: string }[]>`
    delete from memberships where user_id = ${operator} and expires_at is not null
      and tenant_id = any(${visited}::uuid[]) returning tenant_id as "tenantId"`;
  await tx`
    delete from sessions where user_id = ${operator} and tenant_id = any(${visits.map((visit) => visit.tenantId)}::uuid[])`;
  const note = { actorId: userId, action: "support.end", objectKind: "support", detail: {} };
  await recordPipelineAudits(
    tx,
    ended.map((access) => ({ ...note, tenantId: access.tenantId, objectId: access.id })),
  );
}

/** Cancels open invitations that their inviter could no longer make. `role` null: they are no member any more. */
export async function cancelInvitationsBy(
  tx: PipelineTransaction,
  { tenantId, userId }: Actor,
  maker: string,
  role: MemberRole | null,
): Promise<void> {
  const made = await tx<{ id: string; email: string; role: Role; stored: StoredRole }[]>`
    select i.id::text, i.email, i.role, ${storedRole(tx)} as stored
    from invitations i left join custom_roles c on c.tenant_id = i.tenant_id and c.id = i.custom_role_id
    where i.tenant_id = ${tenantId} and i.invited_by = ${maker} order by i.id for update of i`;
  const beyond = made
    .map(({ id, email, ...each }) => ({ id, email, given: memberRole(each.role, each.stored) }))
    .filter(({ given }) => role === null || !mayManage(role, given));
  if (beyond.length === 0) return;
  await tx`delete from invitations where tenant_id = ${tenantId} and id = any(${beyond.map(({ id }) => id)})`;
  const note = { tenantId, actorId: userId, action: "person.invite-cancel", objectKind: "invitation" };
  await recordPipelineAudits(
    tx,
    beyond.map(({ id, email, given }) => ({
      ...note,
      objectId: id,
      detail: { email, role: roleName(given) },
    })),
  );
}

/** A column with the custom role `c` of a left join, as `StoredRole`. */
export const storedRole = (tx: PipelineTransaction | Pipeline) =>
  tx`case when c.id is not null then jsonb_build_object('id', c.id, 'name', c.name, 'actions', to_jsonb(c.actions)) end`;

/**
 * Locks all members of the tenant, in order, without visitors. Otherwise two owners who demote each other at the same time could both
 * succeed.
 */
export async function lockPeople(
  tx: PipelineTransaction,
  tenantId: string,
): Promise<Map<string, MemberRole>> {
  const rows = await tx<{ userId: string; role: Role; stored: StoredRole }[]>`
    select m.user_id as "userId", m.role, ${storedRole(tx)} as stored
    from memberships m left join custom_roles c on c.tenant_id = m.tenant_id and c.id = m.custom_role_id
    where m.tenant_id = ${tenantId} and m.expires_at is null order by m.user_id for update of m`;
  return new Map(rows.map(({ userId, role, stored }) => [userId, memberRole(role, stored)]));
}

/** Whether the tenant would have no owner without this person. */
export function isLastOwner(people: Map<string, MemberRole>, userId: string): boolean {
  const owners = [...people].filter(([, { role }]) => role === "owner").map(([id]) => id);
  return owners.length === 1 && owners[0] === userId;
}

export async function note(
  tx: PipelineTransaction,
  { tenantId, userId }: Actor,
  action: string,
  objectId: string,
  detail: Record<string, string | null>,
): Promise<void> {
  await recordPipelineAudits(tx, [
    { tenantId, actorId: userId, action, objectKind: "person", objectId, detail },
  ]);
}
