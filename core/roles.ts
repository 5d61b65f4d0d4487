/** Who may do what inside a tenant. Each role may do everything that the ones after it may. */
export const ROLES = ["owner", "admin", "operator", "viewer"] as const;
export type Role = (typeof ROLES)[number];

const EVERYBODY: readonly Role[] = ROLES;
const OPERATORS: readonly Role[] = ["owner", "admin", "operator"];
const ADMINS: readonly Role[] = ["owner", "admin"];
const OWNERS: readonly Role[] = ["owner"];

/**
 * Stopping is for everybody who can start; starting again after an emergency, and lifting an opt-out, is for fewer.
 * Texting at night (`quietHours.override`) is the owner's alone, with a recorded reason.
 */
export const PERMISSIONS = {
  "contacts.read": EVERYBODY,
  "contacts.write": OPERATORS,
  "imports.run": OPERATORS,
  "campaigns.read": EVERYBODY,
  "campaigns.write": OPERATORS,
  "campaigns.launch": OPERATORS,
  "campaigns.stop": OPERATORS,
  "killSwitch.pause": OPERATORS,
  "killSwitch.resume": ADMINS,
  "doNotContact.read": EVERYBODY,
  "doNotContact.add": OPERATORS,
  "doNotContact.remove": ADMINS,
  "settings.read": EVERYBODY,
  "settings.write": ADMINS,
  "people.manage": ADMINS,
  "quietHours.override": OWNERS,
  "messages.read": EVERYBODY,
  "messages.resend": OPERATORS,
  "messages.reply": OPERATORS,
  "audit.read": ADMINS,
  "restore.unlock": OWNERS,
  "alerts.read": EVERYBODY,
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof PERMISSIONS;
export const ACTIONS = Object.keys(PERMISSIONS) as Action[];

export function may(role: Role, action: Action): boolean {
  return (PERMISSIONS[action] as readonly Role[]).includes(role);
}

export function isRole(value: string): value is Role {
  return (ROLES as readonly string[]).includes(value);
}

/** Whom a person may invite, change or remove: an admin nobody above operator, so that no one makes himself owner. */
export function mayManage(role: Role, other: Role): boolean {
  return may(role, "people.manage") && (role === "owner" || ROLES.indexOf(other) > ROLES.indexOf(role));
}
