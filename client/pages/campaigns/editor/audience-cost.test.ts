import { expect, test } from "vitest";
import { audienceCost } from "./audience-cost.ts";

test("each country of an audience has its own price, and one without a price costs nothing", () => {
  const { totalMicros, countries } = audienceCost(
    [
      { country: "US", contacts: 700, segmentMicros: 8_300 },
      { country: "AU", contacts: 300, segmentMicros: 51_500 },
      { country: null, contacts: 2, segmentMicros: null },
    ],
    2,
  );
  const [us, au, nowhere] = countries.map(({ eachMicros }) => eachMicros);
  expect([us, au, nowhere]).toEqual([16_600, 103_000, null]);
  expect(totalMicros).toBe(700 * 16_600 + 300 * 103_000);
  expect(audienceCost([], 1)).toEqual({ totalMicros: 0, countries: [] });
});
