import { expect, test } from "vitest";
import { forecastSeries, sentSoFar } from "./burn-up.ts";

const point = (at: string, submitted: number) => ({ at, submitted, delivered: 0, undelivered: 0 });
const ms = (at: string) => new Date(at).getTime();

test("adds up what was sent, and keeps the total until now", () => {
  const points = [point("2026-11-25T10:00:00Z", 5), point("2026-11-25T10:02:00Z", 7)];
  expect(sentSoFar(points, null)).toEqual({
    at: [ms("2026-11-25T10:00:00Z"), ms("2026-11-25T10:02:00Z"), ms("2026-11-25T10:03:00Z")],
    values: [0, 5, 12],
  });
  const later = sentSoFar(points, new Date("2026-11-25T11:00:00Z"));
  expect([later.at.at(-1), later.values.at(-1)]).toEqual([ms("2026-11-25T11:00:00Z"), 12]);
  expect(sentSoFar([], null)).toEqual({ at: [], values: [] });
});

test("draws nothing after now, or after the campaign's end", () => {
  const points = [point("2026-11-25T10:00:00Z", 5), point("2026-11-25T10:02:00Z", 7)];
  const now = new Date("2026-11-25T10:02:12Z");
  expect(sentSoFar(points, now)).toEqual({
    at: [ms("2026-11-25T10:00:00Z"), ms("2026-11-25T10:02:00Z"), now.getTime()],
    values: [0, 5, 12],
  });
});

test("ends the forecast where the campaign ended", () => {
  const curve = [
    { at: "2026-11-25T10:00:00Z", sent: 0 },
    { at: "2026-11-25T10:10:00Z", sent: 100 },
    { at: "2026-11-26T10:00:00Z", sent: 500 },
  ];
  const forecast = { evaluatedAt: "", finishAt: null, costMicros: 0, curve };
  expect(forecastSeries(forecast, new Date("2026-11-25T10:05:00Z"))).toEqual({
    at: [ms("2026-11-25T10:00:00Z"), ms("2026-11-25T10:05:00Z")],
    values: [0, 50],
  });
  expect(forecastSeries(forecast, new Date("2026-11-27T10:00:00Z"))?.values).toEqual([0, 100, 500]);
  expect(forecastSeries(forecast, new Date("2026-11-25T09:00:00Z"))).toBeNull();
});

test("draws no line for a forecast with fewer than two points", () => {
  const kept = { evaluatedAt: "", finishAt: null, costMicros: 0 };
  const curve = [
    { at: "2026-11-25T10:00:00Z", sent: 0 },
    { at: "2026-11-25T10:01:00Z", sent: 12 },
  ];
  expect(forecastSeries(null)).toBeNull();
  expect(forecastSeries({ ...kept, curve: curve.slice(0, 1) })).toBeNull();
  expect(forecastSeries({ ...kept, curve })?.values).toEqual([0, 12]);
});
