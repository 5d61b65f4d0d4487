import { expect, test } from "vitest";
import { fromLocalInput, toLocalInput } from "./local-time.ts";

test("a time is the same after the control, to the minute", () => {
  const iso = "2025-03-09T10:30:00.000Z";
  expect(fromLocalInput(toLocalInput(iso))).toBe(iso);
});

test("an empty or half-typed control gives null", () => {
  expect(fromLocalInput("")).toBeNull();
  expect(fromLocalInput("2025-13-99T99:99")).toBeNull();
  expect(toLocalInput(null)).toBe("");
});
