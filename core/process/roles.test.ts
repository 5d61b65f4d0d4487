import { expect, test } from "vitest";
import {
  ACTIONS,
  type Action,
  actionsOf,
  CUSTOM_ACTIONS,
  fixedRole,
  type MemberRole,
  may,
  mayManage,
  ROLES,
  roleName,
} from "./roles.ts";

const custom = (actions: readonly Action[]): MemberRole => ({
  role: "viewer",
  customRole: { id: "1", name: "Front desk", actions },
});

test("the whole permission table", () => {
  const table = Object.fromEntries(
    ACTIONS.map((action) => [action, ROLES.filter((role) => may(fixedRole(role), action)).join(" ")]),
  );
  const readers = "owner admin operator approver auditor viewer";
  const repliers = "owner admin operator agent";
  const operators = "owner admin operator";
  const launchers = "owner admin operator approver";
  const admins = "owner admin";
  expect(table).toEqual({
    "contacts.read": readers,
    "contacts.write": operators,
    "contacts.export": operators,
    "contacts.delete": admins,
    "phoneNumbers.read": "owner admin operator agent auditor",
    "imports.run": operators,
    "campaigns.read": readers,
    "campaigns.write": operators,
    "campaigns.test": launchers,
    "campaigns.launch": launchers,
    "campaigns.approve": "owner admin approver",
    "campaigns.stop": launchers,
    "killSwitch.pause": launchers,
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
    "inbox.read": "owner admin operator approver agent auditor viewer",
    "messages.reply": repliers,
    "audit.read": "owner admin auditor",
    "privacy.read": "owner admin auditor",
    "privacy.erase": admins,
    "retention.write": "owner",
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
      if (may(fixedRole(role), action)) expect(may(fixedRole(ladder[at]!), action)).toBe(true);
    });
  }
});

test("an auditor reads everything and changes nothing; an agent sees the inbox alone", () => {
  const allowedTo = (role: (typeof ROLES)[number]) => actionsOf(fixedRole(role));
  const reads = ACTIONS.filter((action) => action.endsWith(".read") && action !== "platform.read");
  expect(allowedTo("auditor")).toEqual(reads);
  expect(allowedTo("agent")).toEqual([
    "phoneNumbers.read",
    "doNotContact.add",
    "inbox.read",
    "messages.reply",
  ]);
});

test("an approver reads like a viewer, and approves, launches and stops", () => {
  const more = [
    ...["campaigns.test", "campaigns.launch", "campaigns.approve"],
    ...["campaigns.stop", "killSwitch.pause"],
  ];
  expect(actionsOf(fixedRole("approver"))).toEqual(
    ACTIONS.filter((action) => may(fixedRole("viewer"), action) || more.includes(action)),
  );
});

test("only owners manage members at or above their own role", () => {
  const managed = ROLES.map((role) =>
    ROLES.filter((other) => mayManage(fixedRole(role), fixedRole(other))).join(" "),
  );
  expect(managed).toEqual([ROLES.join(" "), "operator approver agent auditor viewer", "", "", "", "", ""]);
});

test("a member with a custom role may do its actions, and nothing of the role beneath", () => {
  const writer = custom(["contacts.read", "contacts.write"]);
  expect(actionsOf(writer)).toEqual(["contacts.read", "contacts.write"]);
  expect(may(writer, "campaigns.read")).toBe(false);
  expect(roleName(writer)).toBe("Front desk");
  expect(roleName(fixedRole("admin"))).toBe("admin");
});

test("no custom role does what only an owner may, whatever is stored", () => {
  const own = ACTIONS.filter((action) => !CUSTOM_ACTIONS.includes(action));
  expect(own).toEqual([
    ...["security.write", "quietHours.override", "retention.write", "restore.unlock"],
    ...["platform.read", "platform.manage"],
  ]);
  expect(actionsOf(custom(ACTIONS))).toEqual([...CUSTOM_ACTIONS]);
});

test("nobody gives an action that they do not have, and only an owner the right to manage people", () => {
  const manager = custom(["settings.read", "campaigns.read", "people.manage", "inbox.read"]);
  expect(mayManage(manager, custom(["inbox.read"]))).toBe(true);
  expect(mayManage(manager, custom(["inbox.read", "messages.reply"]))).toBe(false);
  expect(ROLES.filter((role) => mayManage(manager, fixedRole(role)))).toEqual([]);
  expect(mayManage(manager, manager)).toBe(false);
  expect(mayManage(fixedRole("admin"), manager)).toBe(false);
  expect(mayManage(fixedRole("owner"), manager)).toBe(true);
  expect(mayManage(custom(["inbox.read"]), custom(["inbox.read"]))).toBe(false);
});
