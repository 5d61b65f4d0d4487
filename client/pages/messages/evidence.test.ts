import { expect, test } from "vitest";
import { evidenceFacts, evidenceWhenSent, gateRows } from "./evidence.ts";

test("shows names as words, null as 'none' and times as times", () => {
  expect(
    evidenceFacts({ perDay: null, blockedBy: "quiet-hours", open: false, until: "2025-01-01T09:00:00.000Z" }),
  ).toEqual([
    { term: "Limit per day", value: "none", at: null, micros: null },
    { term: "Blocked by", value: "quiet-hours", at: null, micros: null },
    { term: "Open", value: "no", at: null, micros: null },
    { term: "Until", value: "2025-01-01T09:00:00.000Z", at: "2025-01-01T09:00:00.000Z", micros: null },
  ]);
});

test("knows money from plain numbers", () => {
  expect(
    evidenceFacts({ dailyLeftMicros: 1_500_000, recent: 2 }).map((fact) => [fact.term, fact.micros]),
  ).toEqual([
    ["Daily left", 1_500_000],
    ["Recent texts", null],
  ]);
});

test("shows a refused text before the gates, which were not asked", () => {
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
  expect(rows[0]?.evidence).toEqual({ missingField: "first_name" });
});

test("shows the evidence only of messages that were sent", () => {
  expect(evidenceWhenSent({ kind: "send", looked: { consent: "express" } })).toEqual({ consent: "express" });
  expect(evidenceWhenSent({ kind: "send" })).toBeNull();
  expect(evidenceWhenSent(null)).toBeNull();
});
