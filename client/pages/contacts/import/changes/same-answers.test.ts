import { expect, it } from "vitest";
import { sameAnswers } from "./same-answers.ts";

it("compares answers whatever the order of their keys, and the order of lists counts", () => {
  expect(
    sameAnswers({ mapping: { phone: 0, city: 1 }, tags: [] }, { tags: [], mapping: { city: 1, phone: 0 } }),
  ).toBe(true);
  expect(sameAnswers({ tags: ["a", "b"] }, { tags: ["b", "a"] })).toBe(false);
  expect(sameAnswers({ consent: {}, basis: undefined }, { consent: {} })).toBe(true);
});
