import { expect, test } from "vitest";
import { ACTIONS, may, mayManage, ROLES, type Role } from "./roles.ts";

test("the whole permission table", () => {
  const table = Object.fromEntries(
    ACTIONS.map((action) => [action, ROLES.filter((role) => may(role, action)).join(" ")]),
  );
  const readers = "owner admin operator auditor viewer";
  const repliers = "owner admin operator agent";
  const operators = "owner admin operator";
  const admins = "owner admin";
  expect(table).toEqual({
    "contacts.read": readers,
    "contacts.write": operators,
    "contacts.export": operators,
    "imports.run": operators,
    "campaigns.read": readers,
    "campaigns.write": operators,
    "campaigns.launch": operators,
    "campaigns.stop": operators,
    "killSwitch.pause": operators,
    "killSwitch.resume": admins,
    "doNotContact.read": readers,
    "doNotContact.add": repliers,
    "doNotContact.remove": admins,
    "settings.read": readers,
    "settings.write": admins,
    "people.manage": admins,
    "security.write": "owner",
    "quietHours.override": "owner",
    "messages.read": readers,
    "messages.resend": operators,
    "inbox.read": "owner admin operator agent auditor viewer",
    "messages.reply": repliers,
    "audit.read": "owner admin auditor",
    "restore.unlock": "owner",
    "alerts.read": readers,
    "platform.read": "",
    "platform.manage": "",
  });
});

test("owner, admin and operator: a higher role may do everything that a lower one may", () => {
  const ladder = ["owner", "admin", "operator", "viewer"] as const;
  for (const action of ACTIONS) {
    ladder.slice(1).forEach((role, at) => {
      if (may(role, action)) expect(may(ladder[at]!, action)).toBe(true);
    });
  }
});

test("an auditor reads everything and changes nothing; an agent sees the inbox alone", () => {
  const allowedTo = (role: Role) => ACTIONS.filter((action) => may(role, action));
  const reads = ACTIONS.filter((action) => action.endsWith(".read") && action !== "platform.read");
  expect(allowedTo("auditor")).toEqual(reads);
  expect(allowedTo("agent")).toEqual(["doNotContact.add", "inbox.read", "messages.reply"]);
});

test("only owners manage members at or above their own role", () => {
  const managed = ROLES.map((role) => ROLES.filter((other) => mayManage(role, other)).join(" "));
  expect(managed).toEqual([ROLES.join(" "), "operator agent auditor viewer", "", "", "", ""]);
});
