/**
 * The fixed roles inside a tenant. Owner, admin and operator may each do everything that the next one may. An approver
 * reads like a viewer, approves, launches and stops; an agent answers people and sees no campaign; an auditor reads everything and
 * changes nothing; a viewer reads the daily work.
 */
export const ROLES = ["owner", "admin", "operator", "approver", "agent", "auditor", "viewer"] as const;
export type Role = (typeof ROLES)[number];

const OPERATORS: readonly Role[] = ["owner", "admin", "operator"];
const READERS: readonly Role[] = [...OPERATORS, "approver", "auditor", "viewer"];
const INBOX_READERS: readonly Role[] = [...READERS, "agent"];
const REPLIERS: readonly Role[] = [...OPERATORS, "agent"];
const LAUNCHERS: readonly Role[] = [...OPERATORS, "approver"];
const ADMINS: readonly Role[] = ["owner", "admin"];
const APPROVERS: readonly Role[] = [...ADMINS, "approver"];
const AUDITORS: readonly Role[] = [...ADMINS, "auditor"];
const NUMBER_READERS: readonly Role[] = [...OPERATORS, "agent", "auditor"];
const OWNERS: readonly Role[] = ["owner"];
/** No role of an organisation: see core/platform/roles.ts. */
const NOBODY: readonly Role[] = [];

/**
 * Everyone who may start may also stop. Fewer roles may resume after an emergency or lift an opt-out. Only an owner
 * may text at night (`quietHours.override`), with a recorded reason. Who only reads takes no file with numbers out
 * (`contacts.export`). Without `phoneNumbers.read` every answer has people's numbers masked.
 */
const PERMISSIONS = {
  "contacts.read": READERS,
  "contacts.write": OPERATORS,
  "contacts.export": OPERATORS,
  "contacts.delete": ADMINS,
  "phoneNumbers.read": NUMBER_READERS,
  "imports.run": OPERATORS,
  "campaigns.read": READERS,
  "campaigns.write": OPERATORS,
  "campaigns.test": LAUNCHERS,
  "campaigns.launch": LAUNCHERS,
  "campaigns.approve": APPROVERS,
  "campaigns.stop": LAUNCHERS,
  "killSwitch.pause": LAUNCHERS,
  "killSwitch.resume": ADMINS,
  "doNotContact.read": READERS,
  "doNotContact.add": REPLIERS,
  "doNotContact.remove": ADMINS,
  "settings.read": READERS,
  "settings.write": ADMINS,
  "people.manage": ADMINS,
  "security.write": OWNERS,
  "quietHours.override": OWNERS,
  "messages.read": READERS,
  "messages.resend": OPERATORS,
  "inbox.read": INBOX_READERS,
  "messages.reply": REPLIERS,
  "audit.read": AUDITORS,
  "privacy.read": AUDITORS,
  "privacy.erase": ADMINS,
  "retention.write": OWNERS,
  "restore.unlock": OWNERS,
  "alerts.read": READERS,
  "platform.read": NOBODY,
  "platform.manage": NOBODY,
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof PERMISSIONS;
export const ACTIONS = Object.keys(PERMISSIONS) as Action[];

/** A role that an owner made for their tenant: a name for a set of actions. */
export interface CustomRole {
  id: string;
  name: string;
  actions: readonly Action[];
}

/** A member's role. With a custom role its actions alone count; `role` is then "viewer". */
export interface MemberRole {
  role: Role;
  customRole: CustomRole | null;
}

export const fixedRole = (role: Role): MemberRole => ({ role, customRole: null });

/** What a custom role may contain: everything but what only an owner or the platform may do. */
export const CUSTOM_ACTIONS: readonly Action[] = ACTIONS.filter(
  (action) => PERMISSIONS[action] !== OWNERS && PERMISSIONS[action] !== NOBODY,
);

/** Whether a member may do this. Decides for fixed and for custom roles. */
export function may({ role, customRole }: MemberRole, action: Action): boolean {
  if (customRole) return CUSTOM_ACTIONS.includes(action) && customRole.actions.includes(action);
  return (PERMISSIONS[action] as readonly Role[]).includes(role);
}

/** Returns everything that a member may do, in the order of the table. */
export function actionsOf(member: MemberRole): Action[] {
  return ACTIONS.filter((action) => may(member, action));
}

/** Returns the name that people know the role by. */
export function roleName({ role, customRole }: MemberRole): string {
  return customRole?.name ?? role;
}

/**
 * Whether a member may invite, change or remove a member with the other role. An admin may not manage those who manage
 * people, so that nobody becomes owner alone; and nobody gives an action that they don't have.
 */
export function mayManage(member: MemberRole, other: MemberRole): boolean {
  if (!may(member, "people.manage")) return false;
  if (member.role === "owner") return true;
  return !may(other, "people.manage") && actionsOf(other).every((action) => may(member, action));
}
