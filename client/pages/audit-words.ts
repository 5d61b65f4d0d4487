const ACTIONS: Record<string, string> = {
  "campaign.create": "Wrote a campaign",
  "campaign.update": "Changed a campaign",
  "campaign.remove": "Deleted a draft",
  "campaign.launch": "Launched a campaign",
  "campaign.pause": "Paused a campaign",
  "campaign.resume": "Resumed a campaign",
  "campaign.cancel": "Canceled a campaign",
  "campaign.schedule": "Scheduled a campaign",
  "campaign.unschedule": "Took a campaign off the schedule",
  "campaign.test": "Tested a campaign",
  "campaign.export": "Exported a campaign",
  "message.reply": "Replied to a person",
  "opt-out.confirm": "Read a reply as an opt-out",
  "opt-out.dismiss": "Read a reply as no opt-out",
  "budget.change": "Changed a budget",
  "kill-switch.pause": "Paused all sending",
  "kill-switch.resume": "Resumed sending",
  "restore.lock": "Locked sending after a restore",
  "restore.unlock": "Unlocked sending after a restore",
  "session.revoke-all": "Ended all sessions",
  "webhook.allow-unsigned": "Let unsigned webhooks in for a time",
  "webhook.revoke-unsigned": "Ended what let unsigned webhooks in",
  "import.upload": "Uploaded a file",
  "import.start": "Started an import",
  "import.cancel": "Canceled an import",
  "message.resend": "Sent a message of unknown outcome again",
  "contact.add": "Added a contact",
  "contact.update": "Changed a contact",
  "do-not-contact.add": "Added a number to do-not-contact",
  "do-not-contact.remove": "Took a number off do-not-contact",
  "settings.update": "Changed the settings",
  "number.add": "Added a sending number",
  "number.update": "Changed a sending number",
  "number.rest": "Rested a sending number",
  "person.add": "Added a person",
  "person.remove": "Removed a person",
  "person.set-role": "Changed a person’s role",
  "auth.sign-in": "Signed in",
  "auth.sign-in-failed": "Failed to sign in",
  "auth.sign-out-everywhere": "Signed out everywhere",
  "auth.change-password": "Changed their password",
};

/** An action as a sentence; one that this version does not know shows as it is. */
export const actionWords = (action: string): string => ACTIONS[action] ?? action.replace(/[.-]/g, " ");

const PAGES: Record<string, string> = {
  campaign: "/campaigns/",
  import: "/contacts/import/",
  contact: "/contacts/",
  message: "/messages/",
};

/** Where the thing can be looked at; what was deleted has no page. */
export function objectHref(entry: {
  action: string;
  objectKind: string;
  objectId: string | null;
}): string | undefined {
  const page = PAGES[entry.objectKind];
  if (!page || !entry.objectId || entry.action.endsWith(".remove")) return undefined;
  return page + entry.objectId;
}

/** The details as "name: value", nothing where there is nothing to say. */
export function detailWords(detail: unknown): string {
  if (detail === null || typeof detail !== "object") return "";
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => `${name.replace(/([A-Z])/g, " $1").toLowerCase()}: ${valueWords(value)}`)
    .join(" · ");
}

function valueWords(value: unknown): string {
  if (Array.isArray(value) && value.every((part) => typeof part === "string")) return value.join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  // An IPv4 address as a dual-stack socket tells it.
  return String(value).replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, "");
}
