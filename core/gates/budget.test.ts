import { expect, test } from "vitest";
import { exampleAllowances, EXAMPLE_NOW as now } from "../testing/example.ts";
import { budget } from "./budget.ts";
import type { Allowances } from "./gate.ts";

const DAY = new Date("2026-11-23T16:00:00Z");
const MONTH = new Date("2026-11-30T16:00:00Z");

function ask(priceMicros: number | null, changes: Partial<Allowances["budget"]> = {}) {
  const allowances = exampleAllowances();
  return budget({ priceMicros }, now, { budget: { ...allowances.budget, ...changes } });
}

test("passes what fits, to the last micro", () => {
  expect(ask(100, { dailyLeftMicros: 100, monthlyLeftMicros: 100 })).toEqual({ kind: "pass" });
});

test.each([null, Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY])("refuses a price of %s", (priceMicros) => {
  expect(ask(priceMicros)).toMatchObject({ kind: "drop", reason: "No price" });
});

test("a budget that cannot be read counts as empty", () => {
  expect(ask(100, { readable: false })).toEqual({
    kind: "hold",
    reason: "Budget",
    until: new Date("2026-11-23T04:01:00Z"),
    looked: { readable: false },
    recheck: true,
  });
});

test("waits for the reset that lets it go", () => {
  expect(ask(100, { dailyLeftMicros: 99 })).toEqual({
    kind: "hold",
    reason: "Budget",
    until: DAY,
    looked: { priceMicros: 100, dailyLeftMicros: 99, monthlyLeftMicros: 100_000_000, limit: "day" },
  });
  expect(ask(100, { monthlyLeftMicros: 99 })).toMatchObject({ until: MONTH, looked: { limit: "month" } });
  expect(ask(100, { dailyLeftMicros: 99, monthlyLeftMicros: 99 })).toMatchObject({ until: MONTH });
  expect(
    ask(100, { dailyLeftMicros: 99, monthlyLeftMicros: 99, dayResetsAt: MONTH, monthResetsAt: DAY }),
  ).toMatchObject({ until: MONTH });
});

test("a budget that is not a number pays for nothing", () => {
  expect(ask(100, { dailyLeftMicros: Number.NaN })).toMatchObject({ kind: "hold" });
});

test("a reset that is already past is checked again in a minute", () => {
  expect(ask(100, { dailyLeftMicros: 0, dayResetsAt: now })).toMatchObject({
    until: new Date("2026-11-23T04:01:00Z"),
  });
});

test("a free message needs no budget, and an invalid price is reported", () => {
  expect(ask(0, { dailyLeftMicros: 0, monthlyLeftMicros: 0 })).toEqual({ kind: "pass" });
  expect(ask(-1)).toEqual({ kind: "drop", reason: "No price", looked: { priceMicros: -1 } });
});
