import { expect, test } from "vitest";
import { doNotContact } from "./do-not-contact.ts";

test("passes who is not on the list", () => {
  expect(doNotContact({ doNotContact: null })).toEqual({ kind: "pass" });
});

test("refuses who is, however long ago", () => {
  const since = new Date("1999-01-01T00:00:00Z");
  expect(doNotContact({ doNotContact: { since, source: "STOP" } })).toEqual({
    kind: "drop",
    reason: "Do not contact",
    looked: { since: since.toISOString(), source: "STOP" },
  });
});
