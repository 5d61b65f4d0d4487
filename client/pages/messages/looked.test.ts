import { expect, test } from "vitest";
import { lookedAt } from "./looked.ts";

test("columns become words, nothing becomes 'none', moments are kept as moments", () => {
  expect(
    lookedAt({ perDay: null, blockedBy: "quiet-hours", open: false, until: "2025-01-01T09:00:00.000Z" }),
  ).toEqual([
    { term: "Per day", value: "none", at: null },
    { term: "Blocked by", value: "quiet-hours", at: null },
    { term: "Open", value: "no", at: null },
    { term: "Until", value: "2025-01-01T09:00:00.000Z", at: "2025-01-01T09:00:00.000Z" },
  ]);
});
