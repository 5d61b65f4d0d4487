import { expect, test } from "vitest";
import { EMPTY_DRAFT, faultsOf, warningsOf } from "./draft.ts";

test("an empty draft names what is missing, field by field", () => {
  const faults = faultsOf({ ...EMPTY_DRAFT, audience: { kind: "tags", tags: [] } });
  expect(faults.name).toContain("name");
  expect(faults.body).toContain("message");
  expect(faults.audience).toBe("Choose at least one tag.");
});

test("a whole draft has no fault", () => {
  expect(faultsOf({ ...EMPTY_DRAFT, name: "Sale", body: "Hi. Reply STOP to opt out" })).toEqual({});
});

test("nothing is said about a text that is not begun; a bare field is warned about", () => {
  expect(warningsOf("", [])).toEqual([]);
  expect(warningsOf("Hi {{first_name}}. Reply STOP to opt out", []).join(" ")).toContain("fallback");
  expect(warningsOf("Hi {{pet|you}}. Reply STOP to opt out", ["pet"])).toEqual([]);
});
