import type { Role } from "@smscrm/core/roles";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Pipeline, PipelineTransaction, TenantTransaction } from "./connection.ts";
import { memberships, sessions, users } from "./schema/index.ts";

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

/** Who did it, for the audit log, which is written in the same transaction. */
export interface Actor {
  tenantId: string;
  userId: string;
}

/**
 * Adds a person to a tenant. Somebody who has an account elsewhere keeps it and its password: then `created` is
 * false and the given hash is not used. Null: already one of this tenant's people.
 * The API's own role may not write memberships, so that no mistake in it can make anybody an owner.
 */
export function addPerson(
  sql: Pipeline,
  actor: Actor,
  person: { email: string; name: string; role: Role; passwordHash: string },
): Promise<{ userId: string; created: boolean } | null> {
  return sql.begin(async (tx) => {
    const { email, name, role, passwordHash } = person;
    const [made] = await tx<{ id: string }[]>`
      insert into users (email, name, password_hash) values (${email}, ${name}, ${passwordHash})
      on conflict (email) do nothing returning id`;
    const [user] = made ? [made] : await tx<{ id: string }[]>`select id from users where email = ${email}`;
    const userId = user!.id;
    const [joined] = await tx`
      insert into memberships (tenant_id, user_id, role) values (${actor.tenantId}, ${userId}, ${role})
      on conflict do nothing returning user_id`;
    if (!joined) return null;
    await note(tx, actor, "person.add", userId, { role });
    return { userId, created: made !== undefined };
  });
}

export type PersonChange = "changed" | "not-found" | "last-owner";

/** In force with the person's next request. The last owner of a tenant stays one. */
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
    return "changed";
  });
}

/** Takes a person out of the tenant and ends their sessions in it. */
export function removePerson(sql: Pipeline, actor: Actor, userId: string): Promise<PersonChange> {
  return sql.begin(async (tx) => {
    const before = await lockPeople(tx, actor.tenantId);
    const refusal = refusalFor(before, userId, null);
    if (refusal) return refusal;
    await tx`delete from sessions where tenant_id = ${actor.tenantId} and user_id = ${userId}`;
    await tx`delete from memberships where tenant_id = ${actor.tenantId} and user_id = ${userId}`;
    await note(tx, actor, "person.remove", userId, { role: before.get(userId) ?? null });
    return "changed";
  });
}

/** Two owners who demote each other at once must not both succeed: everybody's row is locked, in order. */
async function lockPeople(tx: PipelineTransaction, tenantId: string): Promise<Map<string, Role>> {
  const rows = await tx<{ userId: string; role: Role }[]>`
    select user_id as "userId", role from memberships where tenant_id = ${tenantId} order by user_id for update`;
  return new Map(rows.map((row) => [row.userId, row.role]));
}

function refusalFor(people: Map<string, Role>, userId: string, next: Role | null): PersonChange | null {
  if (!people.has(userId)) return "not-found";
  const owners = [...people].filter(([, role]) => role === "owner").map(([id]) => id);
  return next !== "owner" && owners.length === 1 && owners[0] === userId ? "last-owner" : null;
}

async function note(
  tx: PipelineTransaction,
  { tenantId, userId }: Actor,
  action: string,
  objectId: string,
  detail: Record<string, string | null>,
): Promise<void> {
  await tx`
    insert into audit_log (tenant_id, actor_id, action, object_kind, object_id, detail)
    values (${tenantId}, ${userId}, ${action}, 'person', ${objectId}, ${tx.json(detail)})`;
}
