import { expect, test } from "vitest";
import { listExpiry, overrideOf, REGISTERS, registerNamed } from "./registers.ts";

test("every register has a key, a country, a public source and the day when it was read", () => {
  expect(new Set(REGISTERS.map(({ register }) => register)).size).toBe(REGISTERS.length);
  for (const { register, country, state } of REGISTERS) {
    if (register === "OTHER") expect(country).toBeNull();
    else expect(register.startsWith(`${country}-`)).toBe(true);
    if (state !== null) expect(register).toBe(`${country}-${state}`);
  }
});

test("what a register's rule lets a consent override", () => {
  expect(overrideOf("US-FTC")).toBe("written");
  expect(overrideOf("SG-DNC")).toBe("written");
  expect(overrideOf("ES-ROBINSON")).toBe("express");
  expect(overrideOf("OTHER")).toBe("none");
  expect(overrideOf("XX-UNKNOWN")).toBe("none");
  expect(registerNamed("XX-UNKNOWN")).toBeNull();
});

test.each([
  ["US-FTC", "2026-11-01", null, "2026-12-02T00:00:00.000Z"],
  ["SG-DNC", "2026-11-01", null, "2026-11-22T00:00:00.000Z"],
  ["SG-DNC", "2026-11-01", "2026-11-10", "2026-11-10T00:00:00.000Z"],
  ["SG-DNC", "2026-11-01", "2027-11-10", "2026-11-22T00:00:00.000Z"],
  ["US-TX", "2026-11-01", "2027-01-01", "2027-01-01T00:00:00.000Z"],
  ["US-TX", "2026-11-01", null, null],
  ["XX-UNKNOWN", "2026-11-01", null, null],
])("a list of %s from %s with the stated end %s ends at %s", (register, day, stated, end) => {
  expect(listExpiry(register, day, stated)?.toISOString() ?? null).toBe(end);
});
