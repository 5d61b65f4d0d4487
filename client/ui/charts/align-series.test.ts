import { expect, test } from "vitest";
import { alignSeries } from "./align-series.ts";

test("puts two lines on one axis, with gaps where one has no point", () => {
  const sent = { at: [10, 20, 30], values: [1, 2, 3] };
  const forecast = { at: [5, 20, 40], values: [0, 4, 8] };
  expect(alignSeries([sent, forecast])).toEqual({
    at: [5, 10, 20, 30, 40],
    values: [
      [null, 1, 2, 3, null],
      [0, null, 4, null, 8],
    ],
  });
  expect(alignSeries([sent])).toEqual({ at: [10, 20, 30], values: [[1, 2, 3]] });
});
