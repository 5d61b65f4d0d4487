import { expect, test } from "vitest";
import { EMPTY_DRAFT, faultsOf, warningsOf } from "./draft.ts";

test("an empty draft names what is missing, field by field", () => {
  const faults = faultsOf({ ...EMPTY_DRAFT, audience: { kind: "tags", tags: [] } });
  expect(faults.name).toContain("name");
  expect(faults.body).toContain("message");
  expect(faults.audience).toBe("Choose at least one tag.");
});

test("a complete draft has no errors", () => {
  expect(faultsOf({ ...EMPTY_DRAFT, name: "Sale", body: "Hi. Reply STOP to opt out" })).toEqual({});
});

test("gives no advice on an empty text, and warns about a field without a fallback", () => {
  expect(warningsOf("", [])).toEqual([]);
  expect(warningsOf("Hi {{first_name}}. Reply STOP to opt out", []).join(" ")).toContain("fallback");
  expect(warningsOf("Hi {{pet|you}}. Reply STOP to opt out", ["pet"])).toEqual([]);
});
