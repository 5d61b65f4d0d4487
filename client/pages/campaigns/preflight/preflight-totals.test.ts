import { expect, test } from "vitest";
import { curveOf, notReached, otherWarnings, totalsOf } from "./preflight-totals.ts";

test("sent now, sent later and not sent add up to the audience", () => {
  const wait = { gate: "quiet-hours", reason: "Quiet hours", costMicros: 0, earliest: null, latest: null };
  const totals = totalsOf({
    now: { count: 5, costMicros: 0 },
    waits: [
      { ...wait, count: 2 },
      { ...wait, count: 3 },
    ],
    refused: [{ gate: "consent", reason: "Consent", count: 4, example: null }],
  });
  expect(totals).toEqual({ now: 5, later: 5, refused: 4 });
});

test("counts everyone whom the forecast does not reach", () => {
  const missed = [
    { reason: "Quiet hours" as const, count: 150 },
    { reason: "No sender" as const, count: 49 },
  ];
  expect(notReached({ missed })).toBe(199);
});

test("the forecast becomes a line over time", () => {
  expect(curveOf([{ at: "1970-01-01T00:00:01.000Z", sent: 7 }])).toEqual({ at: [1000], values: [7] });
});

test("shows a missing field once, with its number of contacts", () => {
  const warnings = [
    "People without first_name will not get this text.",
    "The text does not say who sends it.",
  ];
  expect(otherWarnings({ warnings, missing: [{ field: "first_name", contacts: 3 }] })).toEqual([warnings[1]]);
  expect(otherWarnings({ warnings, missing: [] })).toEqual(warnings);
});
