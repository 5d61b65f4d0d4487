import { type Action, type MemberRole, may, type Role } from "../process/roles.ts";

/**
 * The roles in the platform's own organisation, whose members run the installation. An operator creates organisations,
 * limits and suspends them. An owner also decides who is an operator. An auditor only reads.
 */
export const PLATFORM_ROLES = ["owner", "operator", "auditor"] as const satisfies readonly Role[];
export type PlatformRole = (typeof PLATFORM_ROLES)[number];

/**
 * What the platform's members may do. No action of an organisation is here: they see no contact, text or campaign, not
 * even of their own organisation, which has none.
 */
const PERMISSIONS: Partial<Record<Action, readonly Role[]>> = {
  "platform.read": PLATFORM_ROLES,
  "platform.manage": ["owner", "operator"],
  "people.manage": ["owner"],
  "audit.read": ["owner", "auditor"],
};

/** Whether a member may do this: in an organisation, or in the platform's own, which has no custom roles. */
export function mayIn({ isPlatform }: { isPlatform: boolean }, member: MemberRole, action: Action): boolean {
  return isPlatform ? (PERMISSIONS[action] ?? []).includes(member.role) : may(member, action);
}

/** The roles that a member can be given: in an organisation all, in the platform's own three. */
export function isRoleIn({ isPlatform }: { isPlatform: boolean }, role: Role): boolean {
  return !isPlatform || (PLATFORM_ROLES as readonly Role[]).includes(role);
}
