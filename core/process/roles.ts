/** The roles inside a tenant. Each may do everything that the roles after it may. */
export const ROLES = ["owner", "admin", "operator", "viewer"] as const;
export type Role = (typeof ROLES)[number];

const ALL_ROLES: readonly Role[] = ROLES;
const OPERATORS: readonly Role[] = ["owner", "admin", "operator"];
const ADMINS: readonly Role[] = ["owner", "admin"];
const OWNERS: readonly Role[] = ["owner"];

/**
 * Everyone who may start may also stop. Fewer roles may resume after an emergency or lift an opt-out. Only an owner
 * may text at night (`quietHours.override`), with a recorded reason.
 */
const PERMISSIONS = {
  "contacts.read": ALL_ROLES,
  "contacts.write": OPERATORS,
  "imports.run": OPERATORS,
  "campaigns.read": ALL_ROLES,
  "campaigns.write": OPERATORS,
  "campaigns.launch": OPERATORS,
  "campaigns.stop": OPERATORS,
  "killSwitch.pause": OPERATORS,
  "killSwitch.resume": ADMINS,
  "doNotContact.read": ALL_ROLES,
  "doNotContact.add": OPERATORS,
  "doNotContact.remove": ADMINS,
  "settings.read": ALL_ROLES,
  "settings.write": ADMINS,
  "people.manage": ADMINS,
  "security.write": OWNERS,
  "quietHours.override": OWNERS,
  "messages.read": ALL_ROLES,
  "messages.resend": OPERATORS,
  "messages.reply": OPERATORS,
  "audit.read": ADMINS,
  "restore.unlock": OWNERS,
  "alerts.read": ALL_ROLES,
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof PERMISSIONS;
export const ACTIONS = Object.keys(PERMISSIONS) as Action[];

export function may(role: Role, action: Action): boolean {
  return (PERMISSIONS[action] as readonly Role[]).includes(role);
}

/**
 * Whether a member may invite, change or remove a role. An admin may not manage admins or owners, so that nobody
 * becomes owner alone.
 */
export function mayManage(role: Role, other: Role): boolean {
  return may(role, "people.manage") && (role === "owner" || ROLES.indexOf(other) > ROLES.indexOf(role));
}
