import type { AuditEvidence } from "../data/audit.ts";
import { formatMoment } from "../ui/words/format.ts";
import { lookUp } from "../ui/words/look-up.ts";
import type { Words } from "../ui/words/status-words.ts";

/** The log keeps an action as free text, so no type names them all. */
const ACTIONS = {
  "campaign.create": "Created a campaign",
  "campaign.update": "Changed a campaign",
  "campaign.remove": "Deleted a draft",
  "campaign.launch": "Launched a campaign",
  "campaign.pause": "Paused a campaign",
  "campaign.resume": "Resumed a campaign",
  "campaign.cancel": "Canceled a campaign",
  "campaign.repeat": "Made a campaign repeat",
  "campaign.repeat-pause": "Paused a campaign’s repetition",
  "campaign.repeat-resume": "Resumed a campaign’s repetition",
  "campaign.repeat-end": "Ended a campaign’s repetition",
  "campaign.miss": "Recorded a missed launch",
  "campaign.schedule": "Scheduled a campaign",
  "campaign.unschedule": "Unscheduled a campaign",
  "campaign.test": "Sent a test of a campaign",
  "test-number.code": "Asked for a code for a test number",
  "test-number.add": "Added a test number",
  "test-number.remove": "Removed a test number",
  "campaign.export": "Exported a campaign",
  "message.reply": "Replied to a contact",
  "opt-out.confirm": "Marked a reply as an opt-out",
  "opt-out.dismiss": "Marked a reply as not an opt-out",
  "law.change": "Set a rule of a country",
  "law.withdraw": "Put a shipped rule of a country back in force",
  "tenant.limits": "The platform changed this organisation’s limits",
  "tenant.close": "The platform closed this organisation",
  "tenant.reopen": "The platform reopened this organisation",
  "support.request": "A platform operator asked to look inside",
  "support.grant": "Let a platform operator look inside",
  "support.end": "Ended a platform operator’s access",
  "support.look": "A platform operator looked at data",
  "budget.change": "Changed a budget",
  "kill-switch.pause": "Paused all sending",
  "kill-switch.resume": "Resumed sending",
  "restore.lock": "Locked sending after a restore",
  "restore.unlock": "Unlocked sending after a restore",
  "privacy.erase": "Erased a person",
  "privacy.erase-again": "Erased a person again after a restore",
  "privacy.lift": "Lifted an erasure",
  "retention.change": "Changed how long data is kept",
  "privacy.evidence": "Downloaded a person’s evidence pack",
  "privacy.export": "Exported a person’s data",
  "audit.redact": "Removed an erased person from the audit log",
  "session.revoke-all": "Ended all sessions",
  "webhook.allow-unsigned": "Allowed unsigned webhooks for a time",
  "webhook.revoke-unsigned": "Stopped allowing unsigned webhooks",
  "import.upload": "Uploaded a file",
  "import.start": "Started an import",
  "import.cancel": "Canceled an import",
  "message.resend": "Resent a message with an unknown outcome",
  "contact.add": "Added a contact",
  "opt-out.put-back": "Restored opt-outs that a “yes” had removed",
  "contact.opt-out": "Opted out by the link in a text",
  "contact.reachable-again": "Allowed texts to an unreachable number again",
  "contact.update": "Changed a contact",
  "contact.change-number": "Gave a person a new number",
  "field.add": "Added a custom field",
  "field.change": "Changed a custom field",
  "field.order": "Changed the order of custom fields",
  "field.remove": "Removed a custom field",
  "field.fill": "Set a custom field of many contacts",
  "audience.add": "Added an audience",
  "audience.change": "Changed an audience",
  "audience.remove": "Removed an audience",
  "audience.export": "Downloaded the contacts of an audience",
  "do-not-contact.add": "Added a number to do-not-contact",
  "do-not-contact.import": "Imported a list to do-not-contact",
  "sign-up-form.add": "Added a sign-up form",
  "sign-up-form.change": "Changed a sign-up form",
  "suppression.add": "Added a suppression list",
  "suppression.upload": "Uploaded a suppression list",
  "suppression.after-expiry": "Changed what follows a list’s expiry",
  "suppression.remove": "Removed a suppression list",
  "do-not-contact.remove": "Removed a number from do-not-contact",
  "settings.update": "Changed the settings",
  "settings.update-security": "Changed the security settings",
  "rules.draft": "Drafted other sending rules",
  "rules.replay": "Replayed a draft of sending rules again",
  "rules.cancel": "Canceled the replay of a draft",
  "rules.withdraw": "Withdrew a draft of sending rules",
  "rules.activate": "Activated a draft of sending rules",
  "audit.reseal": "Resealed the audit log after an upgrade",
  "number.add": "Added a sender name",
  "number.assign": "Assigned a number",
  "number.take-back": "Unassigned a number",
  "number.update": "Changed a sending number",
  "number.registration": "The carrier changed a number’s registration",
  "number.registration-check": "Asked the carrier for the numbers’ registrations",
  "number.rest": "Paused a sending number",
  "person.add": "Added a member",
  "person.invite": "Invited a member",
  "person.invite-renew": "Created a new invitation link",
  "person.invite-cancel": "Canceled an invitation",
  "person.join": "Accepted an invitation",
  "person.remove": "Removed a member",
  "person.set-role": "Changed a member’s role",
  "role.create": "Added a custom role",
  "role.change": "Changed a custom role",
  "role.delete": "Deleted a custom role",
  "auth.sign-in": "Signed in",
  "auth.sign-in-failed": "Failed to sign in",
  "auth.sign-in-throttled": "Tried to sign in too often",
  "auth.sign-out": "Signed out",
  "auth.second-factor-asked": "Gave the right password; a second factor was asked for",
  "auth.second-factor-failed": "Gave a wrong second factor",
  "auth.second-factor-throttled": "Tried second factors too often",
  "auth.second-factor-off": "Turned off a member’s second factors",
  "auth.totp-on": "Set up an authenticator app",
  "auth.totp-off": "Removed an authenticator app",
  "auth.passkey-add": "Added a passkey",
  "auth.passkey-rename": "Renamed a passkey",
  "auth.passkey-remove": "Removed a passkey",
  "auth.recovery-codes": "Created new recovery codes",
  "auth.prove": "Confirmed who they are",
  "auth.prove-failed": "Failed to confirm who they are",
  "auth.prove-throttled": "Tried to confirm who they are too often",
  "auth.end-session": "Ended a session",
  "auth.end-sessions": "Ended all sessions of a member",
  "auth.session-replaced": "Signed in again, which ended a session",
  "auth.change-password-failed": "Gave a wrong password when changing it",
  "auth.change-password-throttled": "Tried to change the password too often",
  "access.denied": "Was refused what the role does not allow",
  "import.export": "Downloaded the rejected rows of an import",
  "auth.sign-out-everywhere": "Signed out everywhere",
  "auth.change-password": "Changed their password",
  "auth.switch-tenant": "Switched to this organisation",
  "auth.reset-link": "Created a password reset link",
  "auth.reset-password": "Reset their password",
  "tenant.create": "Created the organisation",
  "tenant.suspend": "Suspended the organisation",
  "tenant.reinstate": "Reinstated the organisation",
};

/** Returns an action in words. One that this version does not know shows as it is. */
export const actionWords = (action: string): string =>
  lookUp(ACTIONS, action) ?? action.replace(/[.-]/g, " ");

const PAGES = {
  campaign: "/campaigns/",
  import: "/contacts/import/",
  contact: "/contacts/",
  message: "/messages/",
  "rule-change": "/settings/rules/",
  audience: "/audiences/",
};

/** Returns the page of the entry's object. A deleted object has no page. */
export function objectHref(entry: {
  action: string;
  objectKind: string;
  objectId: string | null;
}): string | undefined {
  const page = lookUp(PAGES, entry.objectKind);
  if (!page || !entry.objectId || entry.action.endsWith(".remove")) return undefined;
  return page + entry.objectId;
}

/** Returns the details as "name: value" pairs, without the empty ones. */
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
  // A dual-stack socket reports an IPv4 address with this prefix.
  return String(value).replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, "");
}

/** Says until when the log is unbroken, in the organisation's time zone. `problem` is what a person should do about it. */
export function evidenceWords(
  { timezone, signedAt, checkedAt, fault, unbrokenUntil }: AuditEvidence,
  now: Date,
  locale?: string,
): Words & { problem: string | null } {
  const when = (at: string) => formatMoment(new Date(at), now, "minute", timezone, locale);
  if (fault !== null) {
    const good = unbrokenUntil ? `Unbroken until ${when(unbrokenUntil)}. ` : "";
    return {
      tone: "danger",
      label: "Broken",
      meaning: `Found ${when(checkedAt!)}`,
      problem: `${good}First broken entry: ${fault}. Ask your operator to run pnpm ops audit verify.`,
    };
  }
  if (!signedAt)
    return {
      tone: "quiet",
      label: "Not signed yet",
      meaning: "New entries are signed every hour once the operator has set a signing key",
      problem: null,
    };
  if (!checkedAt)
    return {
      tone: "quiet",
      label: `Signed ${when(signedAt)}`,
      meaning: "Not checked yet. That takes a few minutes",
      problem: null,
    };
  return {
    tone: "ok",
    label: `Unbroken until ${when(signedAt)}`,
    meaning: `Signed every hour. Last checked ${when(checkedAt)} (${timezone})`,
    problem: null,
  };
}
