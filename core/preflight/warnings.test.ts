import { expect, test } from "vitest";
import { warningsFor } from "./warnings.ts";

type Findings = Parameters<typeof warningsFor>[0];
const warnings = (changes: Partial<Findings> = {}) =>
  warningsFor({
    counts: { audience: 10, segments: { ucs2: 0 } },
    checks: [],
    flow: null,
    pausedAt: null,
    suspendedReason: null,
    smartEncoding: false,
    expiresAt: null,
    countries: ["AU"],
    now: new Date("2026-11-30T00:00:00Z"),
    ...changes,
  });

test("a campaign without faults has no warnings", () => {
  expect(warnings()).toEqual([]);
});

test("each check's errors and warnings come first, in their order", () => {
  const checks = [
    { errors: ["one"], warnings: ["two"] },
    { errors: ["three"], warnings: [] },
  ];
  expect(warnings({ checks, pausedAt: new Date(0) }).slice(0, 3)).toEqual(["one", "two", "three"]);
});

test("texts to a country whose later public holidays are not known are warned of", () => {
  const now = new Date("2040-06-01T00:00:00Z");
  expect(warnings({ countries: ["FR", "ZA", "SG", "GB"], now })).toEqual([
    "Public holidays after 2040 are not known, so texts to France, South Africa could go on them. Choose another day, or update smscrm.",
  ]);
  expect(warnings({ countries: ["SG", "GB"], now })).toEqual([]);
});

test("whom the rules for senders hold is said, with the number", () => {
  const held = [
    { country: "US", fault: "other-country" as const, count: 3, sentence: "no number can text the US." },
  ];
  expect(warnings({ senders: { held, unknown: [] } })).toEqual([
    "Held: 3 people in US, because no number can text the US.",
  ]);
});

test("what is missing of consent is said", () => {
  const consent = {
    ...{ lapsing: 0, firstLapseAt: null },
    missing: [{ country: "US", fault: "no-wording", count: 3_120 }],
  };
  expect(warnings({ consent })).toEqual([
    "3,120 people in the United States have no written consent on record. Import the file again with the wording that they agreed to.",
  ]);
});

test("an empty audience and a pause are said", () => {
  expect(warnings({ counts: { audience: 0, segments: { ucs2: 0 } } })).toEqual([
    expect.stringContaining("audience"),
  ]);
  expect(warnings({ pausedAt: new Date(0) })).toEqual([expect.stringContaining("paused")]);
});

test("a suspension is said instead of the pause that it includes", () => {
  expect(warnings({ pausedAt: new Date(0), suspendedReason: "Spam complaints" })).toEqual([
    "The platform's operator suspended this organisation: “Spam complaints”. Nothing can be launched until they reinstate it.",
  ]);
});

test("texts outside GSM-7 are counted, and the remedy is smart encoding while it is off", () => {
  const counts = { audience: 2_000, segments: { ucs2: 1_500 } };
  expect(warnings({ counts })[0]).toMatch(/^1,500 people .* smart encoding/);
  expect(warnings({ counts, smartEncoding: true })[0]).not.toMatch(/smart encoding/);
  expect(warnings({ counts: { audience: 2, segments: { ucs2: 1 } } })[0]).toMatch(/^1 person /);
});

test("those whom the forecast does not reach are counted by what stood in the way", () => {
  const flow = {
    startAt: null,
    finishAt: null,
    curve: [],
    costMicros: 0,
    missed: [{ reason: "Quiet hours" as const, count: 3 }],
  };
  expect(warnings({ flow })).toEqual(["3 people would not be reached within 60 days: quiet hours."]);
  expect(warnings({ flow, expiresAt: new Date("2026-12-01T00:00:00Z") })).toEqual([
    "3 people would not be reached before the text is too old to send: quiet hours.",
  ]);
});

test("what the suppression lists stop is said", () => {
  const finding = { listId: "1", name: "FTC", downloadedOn: "2026-11-20", listed: 2, held: 0, unchecked: 0 };
  expect(warnings({ suppression: [] })).toEqual([]);
  expect(warnings({ suppression: [finding] })).toEqual([
    "2 people are on the suppression list “FTC” of 20 November 2026 and won’t get this.",
  ]);
});

test("trial mode, a list for tests, and an inbox that is full", () => {
  const safeguards = { trialSince: new Date(0), inboxFullAbove: null };
  expect(warnings({ safeguards })).toEqual([
    expect.stringMatching(/^Trial mode is on: only your team's own/),
  ]);
  const testList = { looked: 4, tests: 3, fictionNumbers: 0, testTags: 3, testNames: 0 };
  expect(warnings({ testList })).toEqual([
    "This looks like a list for tests: 3 of the first 4 people (3 with a tag for tests). Choose another audience if it is not meant for them.",
  ]);
  const full = { safeguards: { trialSince: null, inboxFullAbove: 50 } };
  expect(warnings(full)).toEqual([
    "More than 50 conversations wait for an answer, which is what your team takes at most: it waits until fewer do.",
  ]);
  expect(warnings({ ...full, purpose: "transactional" })).toEqual([]);
  expect(warnings({ safeguards: { trialSince: null, inboxFullAbove: null }, testList: null })).toEqual([]);
});
