import { expect, test } from "vitest";
import { mappingOf, rolesOf, withCustomColumns, withRole } from "./mapping.ts";

const header = ["Mobile", "Name", "Pet", ""];

test("turns a mapping into roles and back", () => {
  const mapping = { phone: 0, first_name: 1, custom: { Pet: 2, "column 4": 3 } };
  const roles = rolesOf(mapping, 4);
  expect(roles).toEqual(["phone", "first_name", "custom", "custom"]);
  expect(mappingOf(roles, header)).toEqual(mapping);
});

test("columns that nothing reads become custom fields, but not those that may say who opted out", () => {
  const file = {
    header: ["Mobile", "Status", "Points", "Empty", "Email opt in"],
    sample: [["0491570006", "left", "7", " ", "yes"]],
    likelyOptOuts: [1],
  };
  expect(withCustomColumns(rolesOf({ phone: 0 }, 5), file)).toEqual(["phone", "", "custom", "", ""]);
});

test("a field has one column, and there may be many custom fields", () => {
  const roles = rolesOf({ phone: 0, first_name: 1 }, 4);
  expect(withRole(roles, 2, "first_name")).toEqual(["phone", "", "first_name", ""]);
  expect(withRole(withRole(roles, 2, "custom"), 3, "custom")).toEqual([
    "phone",
    "first_name",
    "custom",
    "custom",
  ]);
});

test("keeps the answers of consent columns, and drops a confirmation once its column is mapped", () => {
  const mapping = { phone: 0, consent: [{ column: 2, kind: "status" as const }] };
  const roles = rolesOf(mapping, 4);
  expect(roles).toEqual(["phone", "", "status", ""]);
  expect(withRole(roles, 3, "status")).toEqual(["phone", "", "status", "status"]);
  const answers = { 2: { vip: "in" as const } };
  expect(mappingOf(roles, header, { answers, ignored: [1, 2] })).toEqual({
    phone: 0,
    consent: [{ column: 2, kind: "status", answers: { vip: "in" } }],
    ignored: [1],
  });
});

test("makes no mapping without a phone column", () => {
  expect(mappingOf(["", "first_name", "", ""], header)).toBeNull();
});

test("several columns may hold phone numbers, and several say how a person agreed", () => {
  const mapping = { phone: 0, otherPhones: [1, 2], evidence: [3], phoneRule: "first" as const };
  const roles = rolesOf(mapping, 4);
  expect(roles).toEqual(["phone", "other_phone", "other_phone", "evidence"]);
  expect(mappingOf(roles, header, { phoneRule: "first" })).toEqual(mapping);
  expect(withRole(roles, 3, "other_phone")).toEqual(["phone", "other_phone", "other_phone", "other_phone"]);
});

test("a heading without letters gets the name of its place", () => {
  expect(mappingOf(["phone", "custom"], ["Mobile", "???"])).toEqual({ phone: 0, custom: { "column 2": 1 } });
});
