import { expect, test } from "vitest";
import { mappingOf, rolesOf, withRole } from "./mapping.ts";

const header = ["Mobile", "Name", "Pet", ""];

test("roles and mapping say the same", () => {
  const mapping = { phone: 0, first_name: 1, custom: { Pet: 2, "column 4": 3 } };
  const roles = rolesOf(mapping, 4);
  expect(roles).toEqual(["phone", "first_name", "custom", "custom"]);
  expect(mappingOf(roles, header)).toEqual(mapping);
});

test("a field moves from one column to another, but several columns may be fields of one's own", () => {
  const roles = rolesOf({ phone: 0, first_name: 1 }, 4);
  expect(withRole(roles, 2, "first_name")).toEqual(["phone", "", "first_name", ""]);
  expect(withRole(withRole(roles, 2, "custom"), 3, "custom")).toEqual([
    "phone",
    "first_name",
    "custom",
    "custom",
  ]);
});

test("without a phone column there is nothing to import", () => {
  expect(mappingOf(["", "first_name", "", ""], header)).toBeNull();
});
