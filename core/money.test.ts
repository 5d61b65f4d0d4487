import fc from "fast-check";
import { expect, test } from "vitest";
import { centsToMicros, formatMicros, MICROS_PER_CENT, MICROS_PER_UNIT, microsToCents } from "./money.ts";

test("columns hold cents, the program micros", () => {
  expect(centsToMicros("12.3456")).toBe(123_456);
  expect(centsToMicros(0.83)).toBe(8_300);
  expect(microsToCents(8_300)).toBe("0.8300");
  expect(microsToCents(-51_500)).toBe("-5.1500");
  expect(MICROS_PER_UNIT).toBe(100 * MICROS_PER_CENT);
});

test("micros come back from a column as they went in", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (micros) => {
      expect(centsToMicros(microsToCents(micros))).toBe(micros);
    }),
  );
});

test("for people: in their locale and the account's currency", () => {
  expect(formatMicros(12_345_000, "EUR", "en-US")).toBe("€12.35");
  expect(formatMicros(12_345_000, undefined, "en-US")).toBe("$12.35");
  expect(formatMicros(1_000_000, "AUD", "en-AU")).toBe("$1.00");
});
