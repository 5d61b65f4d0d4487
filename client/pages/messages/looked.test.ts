import { expect, test } from "vitest";
import { gateRows, lookedAt, lookedWhenSent } from "./looked.ts";

test("columns become words, nothing becomes 'none', moments are kept as moments", () => {
  expect(
    lookedAt({ perDay: null, blockedBy: "quiet-hours", open: false, until: "2025-01-01T09:00:00.000Z" }),
  ).toEqual([
    { term: "Per day", value: "none", at: null, micros: null },
    { term: "Blocked by", value: "quiet-hours", at: null, micros: null },
    { term: "Open", value: "no", at: null, micros: null },
    { term: "Until", value: "2025-01-01T09:00:00.000Z", at: "2025-01-01T09:00:00.000Z", micros: null },
  ]);
});

test("money is told apart from plain numbers", () => {
  expect(lookedAt({ dailyLeftMicros: 1_500_000, recent: 2 }).map((fact) => [fact.term, fact.micros])).toEqual(
    [
      ["Daily left", 1_500_000],
      ["Recent", null],
    ],
  );
});

test("a text that can't be made is refused before the gates, and says so first", () => {
  const verdict = {
    kind: "drop",
    gate: "content",
    reason: "Content",
    looked: { missingField: "first_name" },
  };
  const gates = [{ name: "kill-switch", answer: "not asked", looked: null }];
  const rows = gateRows({ gates, gate: "content", verdict } as never);
  expect(rows.map((row) => `${row.name}: ${row.answer}`)).toEqual([
    "content: drop",
    "kill-switch: not asked",
  ]);
  expect(rows[0]?.looked).toEqual({ missingField: "first_name" });
});

test("what was looked at is shown for a message that went, whatever its row holds", () => {
  expect(lookedWhenSent({ kind: "send", looked: { consent: "express" } })).toEqual({ consent: "express" });
  expect(lookedWhenSent({ kind: "send" })).toBeNull();
  expect(lookedWhenSent(null)).toBeNull();
});
