import { knownActions } from "@smscrm/core/process/custom-roles";
import { fixedRole, type MemberRole, ROLES, type Role } from "@smscrm/core/process/roles";
import { and, eq, type SQL } from "drizzle-orm";
import type { PipelineTransaction } from "../postgres/connection.ts";
import { customRoles, type invitations, type memberships } from "../schema/index.ts";

/** A fixed role's name, or a custom role's id. */
export type RoleChoice = Role | (string & {});

/** A custom role as a join returns it; null for a fixed role. */
export type StoredRole = { id: string; name: string; actions: string[] } | null;

/** The columns of `StoredRole`, for a left join on `isRoleOf`. */
export const STORED_ROLE = { id: customRoles.id, name: customRoles.name, actions: customRoles.actions };

/** The condition that joins a membership or an invitation with its custom role. */
export function isRoleOf(table: typeof memberships | typeof invitations): SQL {
  return and(eq(customRoles.tenantId, table.tenantId), eq(customRoles.id, table.customRoleId))!;
}

/** Returns what a member has, with those actions that this version knows. */
export function memberRole(role: Role, stored: StoredRole): MemberRole {
  return { role, customRole: stored && { ...stored, actions: knownActions(stored.actions) } };
}

/** Returns the role that a person chose for somebody, or null if the tenant has no such custom role. */
export async function findRole(
  tx: PipelineTransaction,
  tenantId: string,
  choice: RoleChoice,
): Promise<MemberRole | null> {
  const fixed = ROLES.find((role) => role === choice);
  if (fixed) return fixedRole(fixed);
  const [stored] = await tx<NonNullable<StoredRole>[]>`
    select id, name, actions from custom_roles where tenant_id = ${tenantId} and id = ${choice} for share`;
  return stored ? memberRole("viewer", stored) : null;
}
