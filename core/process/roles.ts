/**
 * The roles inside a tenant. Owner, admin and operator may each do everything that the next one may. An agent answers
 * people and sees no campaign; an auditor reads everything and changes nothing; a viewer reads the daily work.
 */
export const ROLES = ["owner", "admin", "operator", "agent", "auditor", "viewer"] as const;
export type Role = (typeof ROLES)[number];

const OPERATORS: readonly Role[] = ["owner", "admin", "operator"];
const READERS: readonly Role[] = [...OPERATORS, "auditor", "viewer"];
const INBOX_READERS: readonly Role[] = [...READERS, "agent"];
const REPLIERS: readonly Role[] = [...OPERATORS, "agent"];
const ADMINS: readonly Role[] = ["owner", "admin"];
const AUDITORS: readonly Role[] = [...ADMINS, "auditor"];
const OWNERS: readonly Role[] = ["owner"];
/** No role of an organisation: see core/platform/roles.ts. */
const NOBODY: readonly Role[] = [];

/**
 * Everyone who may start may also stop. Fewer roles may resume after an emergency or lift an opt-out. Only an owner
 * may text at night (`quietHours.override`), with a recorded reason. Who only reads takes no file with numbers out
 * (`contacts.export`).
 */
const PERMISSIONS = {
  "contacts.read": READERS,
  "contacts.write": OPERATORS,
  "contacts.export": OPERATORS,
  "imports.run": OPERATORS,
  "campaigns.read": READERS,
  "campaigns.write": OPERATORS,
  "campaigns.launch": OPERATORS,
  "campaigns.stop": OPERATORS,
  "killSwitch.pause": OPERATORS,
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
  "restore.unlock": OWNERS,
  "alerts.read": READERS,
  "platform.read": NOBODY,
  "platform.manage": NOBODY,
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
  return may(role, "people.manage") && (role === "owner" || !may(other, "people.manage"));
}
