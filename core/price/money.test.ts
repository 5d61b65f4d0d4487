import fc from "fast-check";
import { expect, test } from "vitest";
import { centsToMicros, formatMicros, microsToCents } from "./money.ts";

test("whole micros survive a column of cents", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (micros) => {
      expect(centsToMicros(microsToCents(micros))).toBe(micros);
    }),
  );
});

test("cents as PostgreSQL writes them", () => {
  expect(centsToMicros("5.1500")).toBe(51_500);
  expect(centsToMicros("0")).toBe(0);
  expect(centsToMicros(12.3456)).toBe(123_456);
  expect(microsToCents(8_300)).toBe("0.8300");
  expect(microsToCents(1)).toBe("0.0001");
});

test("formats in the viewer's locale", () => {
  expect(formatMicros(12_345_000, "USD", "en-US")).toBe("$12.35");
  expect(formatMicros(0, "USD", "en-US")).toBe("$0.00");
});
