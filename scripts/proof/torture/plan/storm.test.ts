import { expect, it } from "vitest";
import { seededRandom } from "../../../sample/random.ts";
import { planStorm } from "./storm.ts";

it("a storm is the same for the same seed, differs for another, and is in order", () => {
  const plan = (seed: number) => planStorm(seededRandom(seed), 60, "redis");
  expect(plan(7)).toEqual(plan(7));
  expect(plan(7)).not.toEqual(plan(8));
  expect(plan(7).map(({ atMs }) => atMs)).toEqual(
    plan(7)
      .map(({ atMs }) => atMs)
      .sort((a, b) => a - b),
  );
});

it("without Redis no event restarts it", () => {
  const kinds = planStorm(seededRandom(7), 600, "embedded").map(({ kind }) => kind);
  expect(kinds).toContain("lose-tickets");
  expect(kinds).not.toContain("restart-redis");
});
