import { expect, test } from "vitest";
import { ACTIONS, may, mayManage, ROLES } from "./roles.ts";

test("the whole permission table", () => {
  const table = Object.fromEntries(
    ACTIONS.map((action) => [action, ROLES.filter((role) => may(role, action)).join(" ")]),
  );
  const everybody = "owner admin operator viewer";
  const operators = "owner admin operator";
  const admins = "owner admin";
  expect(table).toEqual({
    "contacts.read": everybody,
    "contacts.write": operators,
    "imports.run": operators,
    "campaigns.read": everybody,
    "campaigns.write": operators,
    "campaigns.launch": operators,
    "campaigns.stop": operators,
    "killSwitch.pause": operators,
    "killSwitch.resume": admins,
    "doNotContact.read": everybody,
    "doNotContact.add": operators,
    "doNotContact.remove": admins,
    "settings.read": everybody,
    "settings.write": admins,
    "people.manage": admins,
    "security.write": "owner",
    "quietHours.override": "owner",
    "messages.read": everybody,
    "messages.resend": operators,
    "messages.reply": operators,
    "audit.read": admins,
    "restore.unlock": "owner",
    "alerts.read": everybody,
  });
});

test("a higher role may do everything that a lower one may", () => {
  for (const action of ACTIONS) {
    ROLES.slice(1).forEach((role, at) => {
      if (may(role, action)) expect(may(ROLES[at]!, action)).toBe(true);
    });
  }
});

test("only owners manage members at or above their own role", () => {
  const managed = ROLES.map((role) => ROLES.filter((other) => mayManage(role, other)).join(" "));
  expect(managed).toEqual(["owner admin operator viewer", "operator viewer", "", ""]);
});
