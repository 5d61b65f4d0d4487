import { expect, test } from "vitest";
import type { Forecast } from "../campaigns/forecast.ts";
import { costRange, thinnedCurve } from "./forecast-result.ts";

const flow = (costMicros: number, points = 0): Forecast => ({
  startAt: null,
  finishAt: null,
  curve: Array.from({ length: points }, (_, at) => ({ at: new Date(at), sent: at, costMicros: at })),
  missed: [],
  costMicros,
});

test("the low cost leaves out those whom the forecast does not reach", () => {
  expect(costRange(500, flow(300.4))).toEqual({ lowMicros: 300, likelyMicros: 500, highMicros: 500 });
  expect(costRange(500, flow(600)).lowMicros).toBe(500);
  expect(costRange(500, null).lowMicros).toBe(500);
});

test("a curve has two hundred points and its last at most", () => {
  expect(thinnedCurve(null)).toEqual([]);
  expect(thinnedCurve(flow(0))).toEqual([]);
  expect(thinnedCurve(flow(0, 3)).map(({ sent }) => sent)).toEqual([0, 1, 2]);
  const thinned = thinnedCurve(flow(0, 1_000));
  expect(thinned).toHaveLength(201);
  expect(thinned.at(-1)).toEqual({ at: new Date(999), sent: 999 });
});
