import { expect, test } from "vitest";
import { audienceCost } from "./audience-cost.ts";

test("each country of an audience has its own price, and one without a price costs nothing", () => {
  const { totalMicros, countries } = audienceCost(
    [
      { country: "US", contacts: 700 },
      { country: "AU", contacts: 300 },
      { country: null, contacts: 2 },
    ],
    2,
  );
  const [us, au, nowhere] = countries.map(({ eachMicros }) => eachMicros);
  expect(us).toBeGreaterThan(0);
  expect(au).toBeGreaterThan(us!);
  expect(nowhere).toBeNull();
  expect(totalMicros).toBe(700 * us! + 300 * au!);
  expect(audienceCost([], 1)).toEqual({ totalMicros: 0, countries: [] });
});
