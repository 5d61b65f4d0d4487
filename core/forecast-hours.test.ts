import fc from "fast-check";
import { expect, test } from "vitest";
import { forecast } from "./forecast.ts";
import { perHour } from "./forecast-hours.ts";
import { DEFAULT_SCHEDULE } from "./quiet-hours.ts";

const at = (iso: string) => new Date(iso);
/** 15:30 in Sydney. */
const now = at("2026-11-23T04:30:00Z");
const AMPLE = { dailyLeftMicros: 1e12, monthlyLeftMicros: 1e12, dailyMicros: 1e12, monthlyMicros: 1e12 };

function hoursOf(count: number, segmentsPerSecond = 10) {
  const result = forecast({
    groups: [
      {
        count,
        segments: 1,
        priceMicros: 50_000,
        country: "AU",
        schedules: [DEFAULT_SCHEDULE],
        zones: ["Australia/Sydney"],
      },
    ],
    senders: [{ country: "AU", segmentsPerSecond }],
    tenantSegmentsPerSecond: 1_000,
    budget: AMPLE,
    tenantZone: "Australia/Sydney",
    now,
  });
  return { result, hours: perHour(result.curve) };
}

test("ten a second are 36,000 an hour, half of it in the half hour that is left of the first", () => {
  const { hours } = hoursOf(60_000);
  expect(hours).toEqual([
    { startsAt: at("2026-11-23T04:00:00Z"), sent: 18_000, costMicros: 900_000_000 },
    { startsAt: at("2026-11-23T05:00:00Z"), sent: 36_000, costMicros: 1_800_000_000 },
    { startsAt: at("2026-11-23T06:00:00Z"), sent: 6_000, costMicros: 300_000_000 },
  ]);
});

test("the night is there, with nothing in it", () => {
  const { hours } = hoursOf(6 * 36_000);
  const night = hours.filter(
    ({ startsAt }) => startsAt >= at("2026-11-23T10:00:00Z") && startsAt < at("2026-11-23T22:00:00Z"),
  );
  expect(night).toHaveLength(12);
  expect(night.every(({ sent, costMicros }) => sent === 0 && costMicros === 0)).toBe(true);
  expect(hours.at(-1)).toEqual({
    startsAt: at("2026-11-23T22:00:00Z"),
    sent: 18_000,
    costMicros: 900_000_000,
  });
});

test("nothing sent, or no curve, is no hours", () => {
  expect(perHour([])).toEqual([]);
  expect(perHour([{ at: now, sent: 0, costMicros: 0 }])).toEqual([]);
  expect(hoursOf(0).hours).toEqual([]);
});

test("the hours add up to the forecast, whatever its length", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 800_000 }), fc.constantFrom(0.7, 3, 10), (count, rate) => {
      const { result, hours } = hoursOf(count, rate);
      expect(hours.reduce((sum, hour) => sum + hour.sent, 0)).toBe(result.curve.at(-1)!.sent);
      expect(hours.reduce((sum, hour) => sum + hour.costMicros, 0)).toBe(result.costMicros);
      for (const { sent } of hours) expect(sent).toBeGreaterThanOrEqual(0);
      for (const { sent } of hours) expect(sent).toBeLessThanOrEqual(Math.ceil(rate * 3_600) + 1);
    }),
    { numRuns: 50 },
  );
});
