import { describe, expect, test } from "vitest";
import { ACTIONS, fixedRole, ROLES } from "../process/roles.ts";
import { isRoleIn, mayIn, PLATFORM_ROLES } from "./roles.ts";

const platform = { isPlatform: true };
const organisation = { isPlatform: false };

describe("the platform's own organisation", () => {
  test("opens nothing of an organisation's work to any role", () => {
    const open = ACTIONS.filter((action) => ROLES.some((role) => mayIn(platform, fixedRole(role), action)));
    expect(open.sort()).toEqual(["audit.read", "people.manage", "platform.manage", "platform.read"]);
  });

  test("lets operators manage organisations, and only owners choose the operators", () => {
    expect(mayIn(platform, fixedRole("operator"), "platform.manage")).toBe(true);
    expect(mayIn(platform, fixedRole("operator"), "people.manage")).toBe(false);
    expect(mayIn(platform, fixedRole("owner"), "people.manage")).toBe(true);
    expect(mayIn(platform, fixedRole("auditor"), "platform.manage")).toBe(false);
    expect(mayIn(platform, fixedRole("auditor"), "audit.read")).toBe(true);
  });

  test("has three roles", () => {
    expect(ROLES.filter((role) => isRoleIn(platform, role))).toEqual([...PLATFORM_ROLES]);
    expect(ROLES.every((role) => isRoleIn(organisation, role))).toBe(true);
  });
});

test("no role of an organisation manages the platform", () => {
  for (const role of ROLES) {
    expect(mayIn(organisation, fixedRole(role), "platform.read")).toBe(false);
    expect(mayIn(organisation, fixedRole(role), "platform.manage")).toBe(false);
  }
  expect(mayIn(organisation, fixedRole("owner"), "security.write")).toBe(true);
});
