import { expect, test } from "vitest";
import { EXAMPLE_NOW as now } from "./example.ts";
import { expiry } from "./expiry.ts";

test("passes what never expires, and what has a millisecond left", () => {
  expect(expiry({ expiry: { expiresAt: null } }, now)).toEqual({ kind: "pass" });
  expect(expiry({ expiry: { expiresAt: new Date(now.getTime() + 1) } }, now)).toEqual({ kind: "pass" });
});

test("refuses from the very instant", () => {
  expect(expiry({ expiry: { expiresAt: now } }, now)).toEqual({
    kind: "drop",
    reason: "Expired",
    looked: { expiresAt: now.toISOString() },
  });
});
