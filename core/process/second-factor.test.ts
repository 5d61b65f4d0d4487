import { expect, test } from "vitest";
import { fixedRole, ROLES } from "./roles.ts";
import {
  mustHaveSecondFactor,
  needsProof,
  PROOF_MINUTES,
  PROOF_PROCEDURES,
  SECOND_FACTOR_POLICIES,
} from "./second-factor.ts";

test("whom each policy asks for a second factor", () => {
  const asked = SECOND_FACTOR_POLICIES.map((policy) =>
    ROLES.filter((role) => mustHaveSecondFactor(policy, fixedRole(role))).join(" "),
  );
  expect(asked).toEqual(["", "owner admin", ROLES.join(" ")]);
  const custom = (action: "people.manage" | "settings.write" | "inbox.read") => ({
    ...{ role: "viewer" as const, customRole: { id: "1", name: "Custom", actions: [action] } },
  });
  expect(mustHaveSecondFactor("admins", custom("people.manage"))).toBe(true);
  expect(mustHaveSecondFactor("admins", custom("settings.write"))).toBe(true);
  expect(mustHaveSecondFactor("admins", custom("inbox.read"))).toBe(false);
});

test("what asks for a fresh proof", () => {
  expect(PROOF_MINUTES).toBe(5);
  const table = Object.groupBy(PROOF_PROCEDURES, (procedure) => needsProof(procedure));
  expect(table).toEqual({
    always: [
      "campaigns.export",
      "audiences.export",
      "audit.export",
      "exports.start",
      "settings.updateSecurity",
      "budget.change",
      "killSwitch.resume",
      "doNotContact.remove",
      "restore.unlock",
      "privacy.evidence",
      "privacy.export",
      "privacy.erase",
      "privacy.lift",
      "retention.set",
      "support.grant",
      "platform.create",
      "platform.inviteOwner",
      "platform.reinstate",
      "platform.close",
      "platform.reopen",
      "platform.setLimits",
      "people.invite",
      "people.renewInvitation",
      "people.cancelInvitation",
      "people.setRole",
      "people.remove",
      "roles.create",
      "roles.change",
      "roles.delete",
      "identityProvider.configure",
      "identityProvider.setMode",
      "identityProvider.tryIt",
      "identityProvider.addDomain",
      "identityProvider.checkDomain",
      "identityProvider.removeDomain",
      "secondFactor.startTotp",
      "secondFactor.removeTotp",
      "secondFactor.renewRecoveryCodes",
      "secondFactor.startPasskey",
      "secondFactor.removePasskey",
    ],
    sometimes: [
      "campaigns.launch",
      "campaigns.schedule",
      "contacts.bulk.start",
      "contacts.bulk.undo",
      "settings.update",
      "safeguards.setTrial",
      "rules.activate",
      "platform.law.drafts.activate",
    ],
  });
});

test.each([
  "killSwitch.pause",
  "campaigns.pause",
  "campaigns.cancel",
  "campaigns.unschedule",
  "doNotContact.add",
])("%s stops something, so it never asks", (procedure) => {
  expect(needsProof(procedure)).toBe("never");
});
