import { expect, test } from "vitest";
import { recordThroughput } from "./throughput.ts";

test("adds only newer points, and keeps them between visits", () => {
  recordThroughput("a", 1000, 10);
  recordThroughput("a", 1000, 99);
  recordThroughput("a", 900, 99);
  expect(recordThroughput("a", 2000, 12.34)).toEqual({ at: [1000, 2000], values: [10, 12.3] });
  expect(recordThroughput("b", 5, 1).at).toEqual([5]);
});

test("keeps a limited number of points", () => {
  for (let second = 1; second <= 2000; second++) recordThroughput("c", second, 1);
  expect(recordThroughput("c", 2001, 1).at.length).toBe(900);
});
