import { expect, test } from "vitest";
import { evidenceFacts } from "./evidence-facts.ts";

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

test("shows lists and nested values as words, without the signs of a program", () => {
  const before = { basis: "express", expiresAt: null, wasTold: true };
  expect(
    evidenceFacts({ zones: ["Australia/Perth", "Australia/Sydney"], before }).map(({ term, value }) => [
      term,
      value,
    ]),
  ).toEqual([
    ["Time zones", "Australia/Perth, Australia/Sydney"],
    ["Before", "basis: express, expires at: none, was told: yes"],
  ]);
});

test("shows a program's constants as words", () => {
  expect(
    evidenceFacts({ lineType: "FIXED_LINE_OR_MOBILE", country: "US" }).map(({ value }) => value),
  ).toEqual(["fixed line or mobile", "US"]);
});

test("says that hours never open, not that they open some time", () => {
  expect(evidenceFacts({ localTime: "13:16", opens: true }).map(({ term }) => term)).toEqual(["Local time"]);
  expect(evidenceFacts({ opens: false })).toMatchObject([{ term: "Ever opens", value: "no" }]);
});
