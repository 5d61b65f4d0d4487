import { type Action, type MemberRole, ROLES, type Role } from "@smscrm/core/process/roles";

/** Each fixed role in a few words. */
export const ROLE_WORDS: Record<Role, string> = {
  owner: "Owner: everything",
  admin: "Admin: everything except managing owners and roles",
  operator: "Operator: imports, campaigns and pausing",
  approver: "Approver: reads, approves, launches and stops campaigns",
  agent: "Agent: answers in the inbox, and nothing else",
  auditor: "Auditor: reads everything with the audit log, changes nothing",
  viewer: "Viewer: read-only, with phone numbers masked",
};

/** What a custom role may contain, by noun. */
export const ACTION_GROUPS: readonly { noun: string; actions: readonly (readonly [Action, string])[] }[] = [
  {
    noun: "Contacts",
    actions: [
      ["contacts.read", "See contacts and imports"],
      ["contacts.write", "Add and change contacts"],
      ["contacts.delete", "Delete contacts"],
      ["imports.run", "Import files"],
      ["contacts.export", "Export contacts and messages"],
      ["phoneNumbers.read", "See full phone numbers"],
    ],
  },
  {
    noun: "Campaigns",
    actions: [
      ["campaigns.read", "See campaigns"],
      ["campaigns.write", "Write and change campaigns"],
      ["campaigns.test", "Send tests"],
      ["campaigns.launch", "Launch, schedule and resume"],
      ["campaigns.approve", "Approve launches that others ask for"],
      ["campaigns.stop", "Pause, unschedule and cancel"],
    ],
  },
  {
    noun: "Inbox and messages",
    actions: [
      ["inbox.read", "See the inbox"],
      ["messages.reply", "Reply"],
      ["messages.read", "See each message and why it was sent or not"],
      ["messages.resend", "Resend messages with an unknown outcome"],
    ],
  },
  {
    noun: "Do not contact",
    actions: [
      ["doNotContact.read", "See the list"],
      ["doNotContact.add", "Add numbers and confirm opt-outs"],
      ["doNotContact.remove", "Remove numbers"],
    ],
  },
  {
    noun: "Sending",
    actions: [
      ["killSwitch.pause", "Pause all sending"],
      ["killSwitch.resume", "Resume all sending"],
      ["alerts.read", "See alerts and the system’s state"],
    ],
  },
  {
    noun: "Organisation",
    actions: [
      ["settings.read", "See settings, sending numbers and budgets"],
      ["settings.write", "Change settings, sending numbers and budgets"],
      ["people.manage", "Invite and remove members"],
      ["audit.read", "See the audit log"],
      ["privacy.read", "Find, export and prove what is held about a person"],
      ["privacy.erase", "Erase people"],
    ],
  },
];

/** Returns an action's label. */
export function actionLabel(action: Action): string {
  const labels = ACTION_GROUPS.flatMap(({ actions }) => actions);
  return labels.find(([each]) => each === action)?.[1] ?? action;
}

/** What a form sends for a role: the name of a fixed one, or the id of a custom one. */
export const roleValue = ({ role, customRole }: MemberRole): string => customRole?.id ?? role;

/** Returns a role's name with a capital letter; a custom role's as it was given. */
export function roleLabel({ role, customRole }: MemberRole): string {
  return customRole?.name ?? ROLE_WORDS[role].split(":")[0]!;
}

export const FIXED_ROLES: readonly MemberRole[] = ROLES.map((role) => ({ role, customRole: null }));
