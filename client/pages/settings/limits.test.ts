import { expect, test } from "vitest";
import { capOf, centsOf } from "./limits.ts";

test("money keeps its cents exactly", () => {
  expect(centsOf("0.29")).toBe(29);
  expect(centsOf("1234,5")).toBe(123_450);
  expect(centsOf("")).toBeNull();
  expect(centsOf("1,000.00")).toBeNull();
});

test("an empty cap means no cap, and other text is refused", () => {
  expect(capOf("")).toBeNull();
  expect(capOf("3")).toBe(3);
  expect(capOf("0")).toBeUndefined();
  expect(capOf("2.5")).toBeUndefined();
});
