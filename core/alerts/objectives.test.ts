import { expect, test } from "vitest";
import { OBJECTIVE_NAMES, OBJECTIVES, objectiveStatus, RECOVERY } from "./objectives.ts";

test("the runbook's objectives", () => {
  expect(OBJECTIVE_NAMES.map((name) => [name, OBJECTIVES[name].target])).toEqual([
    ["availability", 0.999],
    ["delivery", 0.95],
    ["api-response", 0.95],
    ["webhook-lag", 0.95],
  ]);
  expect(RECOVERY).toEqual({ pointHours: 24, timeMinutes: 60 });
});

test("the error budget of 99.9 % is 43 minutes a month", () => {
  const month = 30 * 24 * 60;
  expect(objectiveStatus("availability", month - 43, month)).toMatchObject({ isMet: true });
  expect(objectiveStatus("availability", month - 44, month)).toMatchObject({ isMet: false });
});

test("the error budget may be full, half, empty or overspent", () => {
  const left = (good: number) => objectiveStatus("delivery", good, 1_000).budgetLeft;
  expect(left(1_000)).toBeCloseTo(1);
  expect(left(975)).toBeCloseTo(0.5);
  expect(left(950)).toBeCloseTo(0);
  expect(left(900)).toBeCloseTo(-1);
  expect(objectiveStatus("delivery", 950, 1_000)).toMatchObject({ share: 0.95, isMet: true });
});

test("without events there is no share", () => {
  expect(objectiveStatus("delivery", 0, 0)).toEqual({
    good: 0,
    total: 0,
    share: null,
    isMet: null,
    budgetLeft: null,
  });
});
