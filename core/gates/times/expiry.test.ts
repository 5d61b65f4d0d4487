import { expect, test } from "vitest";
import { EXAMPLE_NOW as now } from "../../testing/example.ts";
import { expiry } from "./expiry.ts";

test("passes a message without expiry, or with a millisecond left", () => {
  expect(expiry({ expiry: { expiresAt: null } }, now)).toEqual({ kind: "pass" });
  expect(expiry({ expiry: { expiresAt: new Date(now.getTime() + 1) } }, now)).toEqual({ kind: "pass" });
});

test("refuses from the exact time on", () => {
  expect(expiry({ expiry: { expiresAt: now } }, now)).toEqual({
    kind: "drop",
    reason: "Expired",
    looked: { expiresAt: now.toISOString() },
  });
});
