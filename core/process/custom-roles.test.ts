import { expect, test } from "vitest";
import { actionsFault, isFixedRoleName, knownActions, withAction, withoutAction } from "./custom-roles.ts";
import { actionsOf, CUSTOM_ACTIONS, fixedRole, ROLES } from "./roles.ts";

test("every fixed role but those with an owner's rights could be a custom role", () => {
  for (const role of ROLES.filter((each) => each !== "owner"))
    expect(actionsFault(actionsOf(fixedRole(role))), role).toBeNull();
});

test("all that a custom role may contain goes together", () => {
  expect(actionsFault(CUSTOM_ACTIONS)).toBeNull();
});

test.each([
  [[], "Choose at least one permission."],
  [["security.write"], "Only an owner may have security.write. Leave it out."],
  [
    ["restore.unlock", "inbox.read", "quietHours.override"],
    "Only an owner may have restore.unlock and quietHours.override. Leave it out.",
  ],
  [
    ["campaigns.launch"],
    "campaigns.launch needs campaigns.read and contacts.read and messages.read. Add what is missing, or leave campaigns.launch out.",
  ],
  [
    ["campaigns.read", "campaigns.stop", "messages.reply"],
    "messages.reply needs inbox.read. Add what is missing, or leave messages.reply out.",
  ],
] as const)("%s: says what is wrong", (actions, fault) => {
  expect(actionsFault(actions)).toBe(fault);
});

test("adding an action adds what it needs, and removing one removes what needs it", () => {
  const writer = withAction(["inbox.read"], "campaigns.write");
  expect(writer).toEqual([
    "contacts.read",
    "campaigns.read",
    "campaigns.write",
    "settings.read",
    "inbox.read",
  ]);
  expect(withAction(writer, "campaigns.write")).toEqual(writer);
  expect(withoutAction(writer, "campaigns.read")).toEqual(["contacts.read", "inbox.read"]);
  // What an action needs brings in turn what it needs.
  for (const action of CUSTOM_ACTIONS) expect(actionsFault(withAction([], action)), action).toBeNull();
  for (const action of CUSTOM_ACTIONS) expect(actionsFault(withoutAction(CUSTOM_ACTIONS, action))).toBeNull();
});

test("knows the names of fixed roles in any case", () => {
  expect(isFixedRoleName(" Owner ")).toBe(true);
  expect(isFixedRoleName("Front desk")).toBe(false);
});

test("forgets stored actions that no longer exist", () => {
  expect(knownActions(["messages.reply", "faxes.send", "inbox.read"])).toEqual([
    "inbox.read",
    "messages.reply",
  ]);
});
