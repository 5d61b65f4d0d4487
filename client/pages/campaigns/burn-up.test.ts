import { expect, test } from "vitest";
import { foreseen, sentSoFar } from "./burn-up.ts";

const point = (at: string, handedOver: number) => ({ at, handedOver, delivered: 0, undelivered: 0 });
const ms = (at: string) => new Date(at).getTime();

test("hand-overs add up from nought, and stay where they are until now", () => {
  const points = [point("2026-11-25T10:00:00Z", 5), point("2026-11-25T10:02:00Z", 7)];
  expect(sentSoFar(points, null)).toEqual({
    at: [ms("2026-11-25T10:00:00Z"), ms("2026-11-25T10:02:00Z"), ms("2026-11-25T10:03:00Z")],
    values: [0, 5, 12],
  });
  const later = sentSoFar(points, new Date("2026-11-25T11:00:00Z"));
  expect([later.at.at(-1), later.values.at(-1)]).toEqual([ms("2026-11-25T11:00:00Z"), 12]);
  expect(sentSoFar([], null)).toEqual({ at: [], values: [] });
});

test("no forecast, or one of a single point, is no line", () => {
  const kept = { evaluatedAt: "", finishAt: null, costMicros: 0 };
  const curve = [
    { at: "2026-11-25T10:00:00Z", sent: 0 },
    { at: "2026-11-25T10:01:00Z", sent: 12 },
  ];
  expect(foreseen(null)).toBeNull();
  expect(foreseen({ ...kept, curve: curve.slice(0, 1) })).toBeNull();
  expect(foreseen({ ...kept, curve })?.values).toEqual([0, 12]);
});
