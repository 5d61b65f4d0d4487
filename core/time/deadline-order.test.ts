import { expect, test } from "vitest";
import { deadlineOffsetMs, ORDER_SPREAD_MS } from "./deadline-order.ts";

const from = new Date("2026-11-25T02:00:00Z");
const inMs = (ms: number) => new Date(from.getTime() + ms);
const HOUR_MS = 3_600_000;

test.each<[string, Date | null, number]>([
  ["closes now", inMs(0), 0],
  ["has closed", inMs(-HOUR_MS), 0],
  ["closes in 12 hours", inMs(12 * HOUR_MS), 500],
  ["closes in a day", inMs(24 * HOUR_MS), 1_000],
  ["closes in a week", inMs(168 * HOUR_MS), 1_000],
  ["never closes", null, 1_000],
])("a window that %s", (_, closesAt, offset) => {
  expect(deadlineOffsetMs(closesAt, from)).toBe(offset);
});

test("a minute's difference is more than a microsecond, and all of it within a second", () => {
  const minute = deadlineOffsetMs(inMs(HOUR_MS + 60_000), from) - deadlineOffsetMs(inMs(HOUR_MS), from);
  expect(minute).toBeGreaterThan(0.5);
  expect(ORDER_SPREAD_MS).toBe(1_000);
});
