import { expect, test } from "vitest";
import { alignSeries } from "./align-series.ts";

test("two lines share one axis, with gaps where one has no point", () => {
  const sent = { at: [10, 20, 30], values: [1, 2, 3] };
  const foreseen = { at: [5, 20, 40], values: [0, 4, 8] };
  expect(alignSeries([sent, foreseen])).toEqual({
    at: [5, 10, 20, 30, 40],
    values: [
      [null, 1, 2, 3, null],
      [0, null, 4, null, 8],
    ],
  });
  expect(alignSeries([sent])).toEqual({ at: [10, 20, 30], values: [[1, 2, 3]] });
});
