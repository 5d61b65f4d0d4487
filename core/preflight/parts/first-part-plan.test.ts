import { expect, test } from "vitest";
import { partSize } from "../../campaigns/first-part/first-part.ts";
import type { ForecastGroup, ForecastInput } from "../../campaigns/forecast.ts";
import { ALWAYS_OPEN } from "../../time/quiet-hours.ts";
import { abTestCost, abTestPlan } from "./ab-test-plan.ts";
import { firstPartPlan, forecastWithParts, withWaitingRest } from "./first-part-plan.ts";

const NOW = new Date("2026-11-23T04:00:00Z");
const canary = { percent: 1, watchMinutes: 30 };
const after = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const group = (count: number, changes: Partial<ForecastGroup> = {}): ForecastGroup => ({
  ...{
    count,
    segments: 1,
    priceMicros: 10_000,
    country: "AU",
    schedules: [ALWAYS_OPEN],
    zones: ["Australia/Perth"],
  },
  ...changes,
});
const input = (...groups: ForecastGroup[]): ForecastInput => ({
  groups,
  senders: [{ country: "AU", segmentsPerSecond: 100 }],
  tenantSegmentsPerSecond: 100,
  budget: { dailyLeftMicros: 1e12, monthlyLeftMicros: 1e12, dailyMicros: 1e12, monthlyMicros: 1e12 },
  tenantZone: "Australia/Perth",
  now: NOW,
});
const foreseen = (given: ForecastInput, audience: number, isSpread = false) => {
  const part = { size: partSize(audience, canary.percent), watchMinutes: canary.watchMinutes };
  const { flow, decideAt } = forecastWithParts(given, { audience, parts: [part], isSpread });
  return { flow, decideAt: decideAt[0]! };
};

test("the rest waits for the first part and its watch, and nobody is lost", () => {
  const { flow, decideAt } = foreseen(input(group(5_000), group(4_000), group(1_000)), 10_000);
  expect(decideAt).toEqual(new Date(after(30).getTime() + 1_000));
  expect(flow.curve.at(-1)!.sent).toBe(10_000);
  expect(flow.curve.find(({ at }) => at > NOW)!.sent).toBe(100);
  expect(flow.finishAt!.getTime()).toBeGreaterThan(after(31).getTime());
  expect(flow.missed).toEqual([]);
});

test("a first part that may only go later delays the rest, and the rest keeps a later time of its own", () => {
  const late = foreseen(input(group(10_000, { opensAt: after(60), waitsFor: "Send time" })), 10_000);
  expect(late.decideAt!.getTime()).toBeGreaterThanOrEqual(after(90).getTime());
  const own = foreseen(input(group(100), group(9_900, { opensAt: after(600) })), 10_000);
  expect(own.flow.startAt).toEqual(NOW);
  expect(own.flow.finishAt!.getTime()).toBeGreaterThan(after(600).getTime());
});

test("nobody waits for people at their limit of texts", () => {
  const { decideAt, flow } = foreseen(input(group(5_000), group(5_000, { opensAt: after(2_000) })), 10_000);
  expect(decideAt!.getTime()).toBeLessThan(after(31).getTime());
  expect(flow.curve.at(-1)!.sent).toBe(10_000);
});

test("a group of too few for a place in the first part waits as a whole", () => {
  const { flow } = foreseen(input(group(1), group(9_999)), 10_000);
  expect(flow.curve.find(({ at }) => at > NOW)!.sent).toBe(100);
  expect(flow.curve.at(-1)!.sent).toBe(10_000);
});

test("the places of a spread count from the decision", () => {
  const spread = [
    group(5_000, { opensAt: NOW, waitsFor: "Send time" }),
    group(5_000, { opensAt: after(120), waitsFor: "Send time" }),
  ];
  const { flow, decideAt } = foreseen(input(...spread), 10_000, true);
  expect(decideAt!.getTime()).toBeGreaterThanOrEqual(after(150).getTime());
  expect(flow.finishAt!.getTime()).toBeGreaterThan(after(270).getTime());
  expect(foreseen(input(group(10_000)), 10_000, true).flow.finishAt).not.toBeNull();
});

test("without any message that can go, the rest has no time; where all go first, nothing waits", () => {
  const never = foreseen(input(group(10_000, { country: "NZ" })), 10_000);
  expect(never.decideAt).toBeNull();
  expect(never.flow.finishAt).toBeNull();
  const all = foreseen(input(group(40)), 40);
  expect([all.decideAt, all.flow.curve.at(-1)!.sent]).toEqual([null, 40]);
});

test("says who goes first, from when on the rest is held, and what is usual", () => {
  const baseline = { campaigns: 3, sent: 9_000, reported: 9_000, failures: 300, optOuts: 30, complaints: 0 };
  expect(firstPartPlan(10_400, canary, baseline, NOW)).toEqual({
    ...{ size: 104, rest: 10_296, watchMinutes: 30, decideAt: NOW },
    limits: { failures: 10, optOuts: 3, complaints: 2 },
    usual: { failures: 0.035, optOuts: 0.004, complaints: 0.001 },
    baseline: { campaigns: 3, sent: 9_000 },
  });
});

test("those of the rest who could go at once wait, and the counts add up", () => {
  const baseline = { campaigns: 0, sent: 0, reported: 0, failures: 0, optOuts: 0, complaints: 0 };
  const night = {
    gate: "quiet-hours",
    reason: "Quiet hours",
    count: 400,
    costMicros: 4,
    earliest: NOW,
    latest: NOW,
  };
  const counts = { now: { count: 600, costMicros: 6_000 }, waits: [night] };
  const plan = firstPartPlan(1_000, canary, baseline, after(31));
  expect(withWaitingRest(counts, plan)).toEqual({
    now: { count: 30, costMicros: 300 },
    waits: [
      {
        ...{ gate: "send-time", reason: "First part", count: 570, costMicros: 5_700 },
        ...{ earliest: after(31), latest: after(31) },
      },
      night,
    ],
  });
  expect(withWaitingRest(counts, firstPartPlan(50, canary, baseline, null))).toBe(counts);
});

test("an A/B test waits for the first part, and the rest for the test", () => {
  const parts = [
    { size: 100, watchMinutes: 30 },
    { size: 2_000, watchMinutes: 60 },
  ];
  const { flow, decideAt } = forecastWithParts(input(group(10_000)), {
    audience: 10_000,
    parts,
    isSpread: false,
  });
  const [first, second] = decideAt.map((at) => (at!.getTime() - NOW.getTime()) / 60_000);
  expect(first).toBeGreaterThan(30);
  expect(second).toBeGreaterThan(first! + 60);
  expect(flow.curve.at(-1)!.sent).toBe(10_000);
  expect(flow.finishAt!.getTime()).toBeGreaterThan(decideAt[1]!.getTime());
  const none = forecastWithParts(input(), { audience: 0, parts, isSpread: false });
  expect(none.decideAt).toEqual([null, null]);
});

test("an A/B test costs its shares of all texts, and for the rest the cheapest to the dearest", () => {
  const text = (variant: number, costMicros: number) => ({ variant, costMicros, segments: 1, refused: 0 });
  const plan = {
    ...{ percent: 20, atLeast: 100, measure: "replies" as const, waitMinutes: 60 },
    ...{ choice: "rule" as const, unclear: "hold" as const, defaultVariant: 1 },
  };
  const tested = abTestPlan(1_000, plan, [text(1, 100_000), text(2, 200_000)], NOW);
  expect(tested).toMatchObject({ size: 200, rest: 800, decideAt: NOW });
  const cost = { lowMicros: 90_000, likelyMicros: 100_000, highMicros: 100_000 };
  expect(abTestCost(tested, cost)).toEqual({
    lowMicros: 100_000,
    likelyMicros: 150_000,
    highMicros: 190_000,
  });
  const nobody = abTestPlan(0, plan, [text(1, 0), text(2, 0)], null);
  expect(abTestCost(nobody, { lowMicros: 0, likelyMicros: 0, highMicros: 0 }).highMicros).toBe(0);
});
