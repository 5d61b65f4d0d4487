import { expect, test } from "vitest";
import { notePace } from "./throughput.ts";

test("the line grows with newer reports only, and is kept between visits", () => {
  notePace("a", 1000, 10);
  notePace("a", 1000, 99);
  notePace("a", 900, 99);
  expect(notePace("a", 2000, 12.34)).toEqual({ at: [1000, 2000], values: [10, 12.3] });
  expect(notePace("b", 5, 1).at).toEqual([5]);
});

test("an hour's watching does not grow without bound", () => {
  for (let second = 1; second <= 2000; second++) notePace("c", second, 1);
  expect(notePace("c", 2001, 1).at.length).toBe(900);
});
