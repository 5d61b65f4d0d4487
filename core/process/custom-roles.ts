import { ACTIONS, type Action, CUSTOM_ACTIONS, ROLES } from "./roles.ts";

/** The most custom roles of a tenant. */
export const CUSTOM_ROLES_MAX = 20;
export const ROLE_NAME_MAX = 40;

/** What an action is of no use without: its page, and what that page reads. Each list has what its own entries need, too. */
const NEEDS: Partial<Record<Action, readonly Action[]>> = {
  "contacts.write": ["contacts.read"],
  "contacts.export": ["contacts.read"],
  "contacts.delete": ["contacts.read", "contacts.write"],
  // A file is full of numbers.
  "imports.run": ["contacts.read", "contacts.write", "phoneNumbers.read"],
  // The editor shows contacts in its preview, and the sending hours.
  "campaigns.write": ["campaigns.read", "contacts.read", "settings.read"],
  // A test has a contact's values, and its outcome is a message.
  "campaigns.test": ["campaigns.read", "contacts.read", "messages.read"],
  // The check before a launch links to contacts and messages.
  "campaigns.launch": ["campaigns.read", "contacts.read", "messages.read"],
  // The copy that is approved has the same check.
  "campaigns.approve": ["campaigns.read", "contacts.read", "messages.read"],
  "campaigns.stop": ["campaigns.read"],
  "killSwitch.resume": ["killSwitch.pause"],
  "doNotContact.remove": ["doNotContact.read"],
  // Budgets are shown with the campaigns that use them.
  "settings.read": ["campaigns.read"],
  "settings.write": ["settings.read", "campaigns.read"],
  "people.manage": ["settings.read", "campaigns.read"],
  "messages.read": ["campaigns.read"],
  "messages.resend": ["messages.read", "campaigns.read"],
  "messages.reply": ["inbox.read"],
  // A person is found by number, and their data are full of it.
  "privacy.read": ["contacts.read", "phoneNumbers.read"],
  "privacy.erase": ["privacy.read", "contacts.read", "phoneNumbers.read"],
};

const needsOf = (action: Action): readonly Action[] => NEEDS[action] ?? [];

/** Adds an action with what it needs; the order is that of the table. */
export function withAction(actions: readonly Action[], added: Action): Action[] {
  return ACTIONS.filter(
    (action) => action === added || actions.includes(action) || needsOf(added).includes(action),
  );
}

/** Removes an action with all that need it. */
export function withoutAction(actions: readonly Action[], removed: Action): Action[] {
  return actions.filter((action) => action !== removed && !needsOf(action).includes(removed));
}

/** Returns why a custom role can't have these actions, as a sentence, or null if it can. */
export function actionsFault(actions: readonly Action[]): string | null {
  if (actions.length === 0) return "Choose at least one permission.";
  const beyond = actions.filter((action) => !CUSTOM_ACTIONS.includes(action));
  if (beyond.length > 0) return `Only an owner may have ${beyond.join(" and ")}. Leave it out.`;
  for (const action of actions) {
    const missing = needsOf(action).filter((needed) => !actions.includes(needed));
    if (missing.length > 0) {
      return `${action} needs ${missing.join(" and ")}. Add what is missing, or leave ${action} out.`;
    }
  }
  return null;
}

/** Whether a name is one of a fixed role, in any case: two roles must not look the same. */
export const isFixedRoleName = (name: string): boolean =>
  (ROLES as readonly string[]).includes(name.trim().toLowerCase());

/** Returns the actions of a stored role that this version knows. */
export function knownActions(stored: readonly string[]): Action[] {
  return ACTIONS.filter((action) => stored.includes(action));
}
