import { CUSTOM_ROLES_MAX, knownActions } from "@smscrm/core/process/custom-roles";
import { type Action, type CustomRole, may } from "@smscrm/core/process/roles";
import { eq, sql as text } from "drizzle-orm";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import type { Pipeline, PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";
import { customRoles, invitations, memberships } from "../schema/index.ts";
import { type Actor, lockPeople } from "./members.ts";

/** A custom role, with how many have it and how many are invited with it. */
export interface ListedRole extends CustomRole {
  members: number;
  invitations: number;
  updatedAt: Date;
}

/** Lists a tenant's custom roles by name. */
export async function listRoles(tx: TenantTransaction, tenantId: string): Promise<ListedRole[]> {
  const having = (table: typeof memberships | typeof invitations) =>
    text<number>`(select count(*)::int from ${table}
      where ${table.tenantId} = custom_roles.tenant_id and ${table.customRoleId} = custom_roles.id)`;
  const rows = await tx
    .select({
      id: customRoles.id,
      name: customRoles.name,
      actions: customRoles.actions,
      members: having(memberships),
      invitations: having(invitations),
      updatedAt: customRoles.updatedAt,
    })
    .from(customRoles)
    .where(eq(customRoles.tenantId, tenantId))
    .orderBy(text`lower(${customRoles.name})`)
    .limit(CUSTOM_ROLES_MAX);
  return rows.map(({ actions, ...role }) => ({ ...role, actions: knownActions(actions) }));
}

export interface RoleDraft {
  name: string;
  actions: readonly Action[];
}

export type RoleRefusal = "not-allowed" | "not-found" | "name-taken";

/** Creates a role. */
export function createRole(
  sql: Pipeline,
  actor: Actor,
  draft: RoleDraft,
): Promise<{ id: string } | RoleRefusal | "too-many"> {
  return sql.begin(async (tx) => {
    if (!(await mayChangeRoles(tx, actor))) return "not-allowed";
    const others = await tx<{ id: string }[]>`
      select id from custom_roles where tenant_id = ${actor.tenantId}`;
    if (others.length >= CUSTOM_ROLES_MAX) return "too-many";
    if (await isTaken(tx, actor, draft.name, null)) return "name-taken";
    const [made] = await tx<{ id: string }[]>`
      insert into custom_roles (tenant_id, name, actions)
      values (${actor.tenantId}, ${draft.name}, ${[...draft.actions]}) returning id`;
    await note(tx, actor, "role.create", made!.id, { name: draft.name, actions: draft.actions });
    return { id: made!.id };
  });
}

/** Renames a role or changes its actions; takes effect with the next request of each member who has it. */
export function changeRole(
  sql: Pipeline,
  actor: Actor,
  id: string,
  draft: RoleDraft,
): Promise<"changed" | RoleRefusal> {
  return sql.begin(async (tx) => {
    if (!(await mayChangeRoles(tx, actor))) return "not-allowed";
    const before = await lockRole(tx, actor, id);
    if (!before) return "not-found";
    if (await isTaken(tx, actor, draft.name, id)) return "name-taken";
    await tx`update custom_roles set name = ${draft.name}, actions = ${[...draft.actions]}, updated_at = clock_timestamp()
      where tenant_id = ${actor.tenantId} and id = ${id}`;
    const added = draft.actions.filter((action) => !before.actions.includes(action));
    const removed = before.actions.filter((action) => !(draft.actions as readonly string[]).includes(action));
    await note(tx, actor, "role.change", id, {
      name: draft.name,
      ...(before.name === draft.name ? {} : { was: before.name }),
      ...(added.length > 0 ? { added } : {}),
      ...(removed.length > 0 ? { removed } : {}),
      actions: draft.actions,
    });
    return "changed";
  });
}

/** Who has a role: names of members, addresses of invited people. */
export interface RoleInUse {
  members: string[];
  invited: string[];
}

/** Deletes a role that nobody has. */
export function deleteRole(
  sql: Pipeline,
  actor: Actor,
  id: string,
): Promise<"deleted" | "not-allowed" | "not-found" | RoleInUse> {
  return sql.begin(async (tx) => {
    if (!(await mayChangeRoles(tx, actor))) return "not-allowed";
    const before = await lockRole(tx, actor, id);
    if (!before) return "not-found";
    const members = await tx<{ name: string }[]>`
      select u.name from memberships m join users u on u.id = m.user_id
      where m.tenant_id = ${actor.tenantId} and m.custom_role_id = ${id} order by u.name`;
    const invited = await tx<{ email: string }[]>`
      select email from invitations where tenant_id = ${actor.tenantId} and custom_role_id = ${id} order by email`;
    if (members.length + invited.length > 0)
      return { members: members.map(({ name }) => name), invited: invited.map(({ email }) => email) };
    await tx`delete from custom_roles where tenant_id = ${actor.tenantId} and id = ${id}`;
    await note(tx, actor, "role.delete", id, { name: before.name, actions: before.actions });
    return "deleted";
  });
}

/** Locks the members, like every change of who may do what, and asks again whether the actor still may. */
async function mayChangeRoles(tx: PipelineTransaction, { tenantId, userId }: Actor): Promise<boolean> {
  const own = (await lockPeople(tx, tenantId)).get(userId);
  return own !== undefined && may(own, "security.write");
}

async function lockRole(
  tx: PipelineTransaction,
  { tenantId }: Actor,
  id: string,
): Promise<{ name: string; actions: string[] } | null> {
  const [role] = await tx<{ name: string; actions: string[] }[]>`
    select name, actions from custom_roles where tenant_id = ${tenantId} and id = ${id} for update`;
  return role ?? null;
}

async function isTaken(
  tx: PipelineTransaction,
  { tenantId }: Actor,
  name: string,
  own: string | null,
): Promise<boolean> {
  const taken = await tx`
    select 1 from custom_roles where tenant_id = ${tenantId} and lower(name) = lower(${name})
      and id is distinct from ${own}::uuid`;
  return taken.length > 0;
}

async function note(
  tx: PipelineTransaction,
  { tenantId, userId }: Actor,
  action: string,
  objectId: string,
  detail: Record<string, string | readonly string[] | undefined>,
): Promise<void> {
  await recordPipelineAudits(tx, [
    { tenantId, actorId: userId, action, objectKind: "role", objectId, detail },
  ]);
}
