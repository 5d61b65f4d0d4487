import { ACTIONS, CUSTOM_ACTIONS, fixedRole, ROLES } from "@smscrm/core/process/roles";
import { expect, test } from "vitest";
import { ACTION_GROUPS, actionLabel, FIXED_ROLES, roleLabel, roleValue } from "./role-words.ts";

test("each action that a custom role may contain has one label of its own", () => {
  const shown = ACTION_GROUPS.flatMap(({ actions }) => actions);
  expect(shown.map(([action]) => action).sort()).toEqual([...CUSTOM_ACTIONS].sort());
  expect(new Set(shown.map(([, label]) => label)).size).toBe(shown.length);
  for (const action of CUSTOM_ACTIONS) expect(actionLabel(action)).not.toBe(action);
  expect(ACTIONS.length).toBeGreaterThan(CUSTOM_ACTIONS.length);
});

test("a role is sent by name or id, and shown by its name", () => {
  const custom = { role: "viewer" as const, customRole: { id: "7", name: "front desk", actions: [] } };
  expect([roleValue(custom), roleLabel(custom)]).toEqual(["7", "front desk"]);
  expect([roleValue(fixedRole("admin")), roleLabel(fixedRole("admin"))]).toEqual(["admin", "Admin"]);
  expect(FIXED_ROLES.map(({ role }) => role)).toEqual([...ROLES]);
});
