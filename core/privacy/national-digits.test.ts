import { expect, it } from "vitest";
import { nationalDigits } from "./national-digits.ts";

it.each([
  ["+61491570006", "491570006"],
  ["+12025550123", "2025550123"],
  ["+390612345678", "612345678"],
  ["+9990001", "9990001"],
])("the digits of %s that every way of writing it shares are %s", (phone, digits) => {
  expect(nationalDigits(phone)).toBe(digits);
});
