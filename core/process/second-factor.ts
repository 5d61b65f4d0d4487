import { type MemberRole, may } from "./roles.ts";

/** Who must have a second factor to work in a tenant: nobody, admins and owners, or everybody. An owner's setting. */
export const SECOND_FACTOR_POLICIES = ["optional", "admins", "everybody"] as const;
export type SecondFactorPolicy = (typeof SECOND_FACTOR_POLICIES)[number];

/**
 * Returns whether a member with this role must have a second factor in a tenant with this policy. A custom role counts as
 * an admin's if it may manage people or change settings.
 */
export function mustHaveSecondFactor(policy: SecondFactorPolicy, member: MemberRole): boolean {
  if (policy === "everybody") return true;
  return policy === "admins" && (may(member, "people.manage") || may(member, "settings.write"));
}

/** A proof (signing in, a second factor, or the password of a person who has none) counts for this long. */
export const PROOF_MINUTES = 5;

/**
 * What asks for a proof that is not older than `PROOF_MINUTES`, by procedure: a session that was left open or stolen must
 * not be enough. "sometimes": the procedure itself decides, such as by the number of recipients. Nothing that stops
 * sending is here.
 */
const NEEDS_PROOF: Readonly<Record<string, "always" | "sometimes">> = {
  "campaigns.launch": "sometimes",
  "campaigns.schedule": "sometimes",
  "campaigns.export": "always",
  "audiences.export": "always",
  "contacts.bulk.start": "sometimes",
  "contacts.bulk.undo": "sometimes",
  "audit.export": "always",
  "exports.start": "always",
  "settings.update": "sometimes",
  "settings.updateSecurity": "always",
  "safeguards.setTrial": "sometimes",
  "rules.activate": "sometimes",
  "platform.law.drafts.activate": "sometimes",
  "budget.change": "always",
  "killSwitch.resume": "always",
  "doNotContact.remove": "always",
  "restore.unlock": "always",
  "privacy.evidence": "always",
  "privacy.export": "always",
  "privacy.erase": "always",
  "privacy.lift": "always",
  "retention.set": "always",
  "support.grant": "always",
  "platform.create": "always",
  "platform.inviteOwner": "always",
  "platform.reinstate": "always",
  "platform.close": "always",
  "platform.reopen": "always",
  "platform.setLimits": "always",
  "people.invite": "always",
  "people.renewInvitation": "always",
  "people.cancelInvitation": "always",
  "people.setRole": "always",
  "people.remove": "always",
  "roles.create": "always",
  "roles.change": "always",
  "roles.delete": "always",
  "identityProvider.configure": "always",
  "identityProvider.setMode": "always",
  "identityProvider.tryIt": "always",
  "identityProvider.addDomain": "always",
  "identityProvider.checkDomain": "always",
  "identityProvider.removeDomain": "always",
  "secondFactor.startTotp": "always",
  "secondFactor.removeTotp": "always",
  "secondFactor.renewRecoveryCodes": "always",
  "secondFactor.startPasskey": "always",
  "secondFactor.removePasskey": "always",
};

/** The procedures that may ask for a proof. */
export const PROOF_PROCEDURES = Object.keys(NEEDS_PROOF);

/** Returns whether a procedure or route asks for a fresh proof: always, sometimes, or never. */
export function needsProof(procedure: string): "always" | "sometimes" | "never" {
  return NEEDS_PROOF[procedure] ?? "never";
}
