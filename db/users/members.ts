import { mayManage, ROLES, type Role } from "@smscrm/core/process/roles";
import { and, asc, eq, sql } from "drizzle-orm";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import type { Pipeline, PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";
import { memberships, sessions, users } from "../schema/index.ts";

export interface Person {
  userId: string;
  name: string;
  email: string;
  role: Role;
  lastSeenAt: Date | null;
}

export async function listPeople(tx: TenantTransaction, tenantId: string): Promise<Person[]> {
  return tx
    .select({
      userId: users.id,
      name: users.name,
      email: users.email,
      role: memberships.role,
      lastSeenAt: sql`(select max(${sessions.lastSeenAt}) from ${sessions}
        where ${sessions.userId} = ${users.id} and ${sessions.tenantId} = ${tenantId})`.mapWith(
        sessions.lastSeenAt,
      ) as unknown as ReturnType<typeof sql<Date | null>>,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.tenantId, tenantId)))
    .orderBy(asc(users.name), asc(users.id))
    .limit(1_000);
}

/** The actor for the audit log, which is written in the same transaction. */
export interface Actor {
  tenantId: string;
  userId: string;
}

export type PersonChange = "changed" | "not-found" | "last-owner";

/** Changes a member's role; takes effect with their next request. The last owner of a tenant stays an owner. */
export function setPersonRole(
  sql: Pipeline,
  actor: Actor,
  userId: string,
  role: Role,
): Promise<PersonChange> {
  return sql.begin(async (tx) => {
    const before = await lockPeople(tx, actor.tenantId);
    const refusal = refusalFor(before, userId, role);
    if (refusal) return refusal;
    await tx`update memberships set role = ${role} where tenant_id = ${actor.tenantId} and user_id = ${userId}`;
    await note(tx, actor, "person.set-role", userId, { from: before.get(userId) ?? null, to: role });
    await cancelInvitationsBy(tx, actor, userId, role);
    return "changed";
  });
}

/** Removes a person from the tenant and ends their sessions in it. */
export function removePerson(sql: Pipeline, actor: Actor, userId: string): Promise<PersonChange> {
  return sql.begin(async (tx) => {
    const before = await lockPeople(tx, actor.tenantId);
    const refusal = refusalFor(before, userId, null);
    if (refusal) return refusal;
    await tx`delete from sessions where tenant_id = ${actor.tenantId} and user_id = ${userId}`;
    await tx`delete from memberships where tenant_id = ${actor.tenantId} and user_id = ${userId}`;
    await note(tx, actor, "person.remove", userId, { role: before.get(userId) ?? null });
    await cancelInvitationsBy(tx, actor, userId, null);
    return "changed";
  });
}

/** Cancels open invitations that their inviter could no longer make. */
export async function cancelInvitationsBy(
  tx: PipelineTransaction,
  { tenantId, userId }: Actor,
  maker: string,
  role: Role | null,
): Promise<void> {
  const beyond = ROLES.filter((each) => role === null || !mayManage(role, each));
  const canceled = await tx<{ id: string; email: string; role: Role }[]>`
    delete from invitations where tenant_id = ${tenantId} and invited_by = ${maker} and role = any(${beyond})
    returning id::text, email, role`;
  const note = { tenantId, actorId: userId, action: "person.invite-cancel", objectKind: "invitation" };
  await recordPipelineAudits(
    tx,
    canceled.map(({ id, ...detail }) => ({ ...note, objectId: id, detail })),
  );
}

/**
 * Locks all members of the tenant, in order. Otherwise two owners who demote each other at the same time could both
 * succeed.
 */
export async function lockPeople(tx: PipelineTransaction, tenantId: string): Promise<Map<string, Role>> {
  const rows = await tx<{ userId: string; role: Role }[]>`
    select user_id as "userId", role from memberships where tenant_id = ${tenantId} order by user_id for update`;
  return new Map(rows.map((row) => [row.userId, row.role]));
}

function refusalFor(people: Map<string, Role>, userId: string, next: Role | null): PersonChange | null {
  if (!people.has(userId)) return "not-found";
  return next !== "owner" && isLastOwner(people, userId) ? "last-owner" : null;
}

/** Whether the tenant would have no owner without this person. */
export function isLastOwner(people: Map<string, Role>, userId: string): boolean {
  const owners = [...people].filter(([, role]) => role === "owner").map(([id]) => id);
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
