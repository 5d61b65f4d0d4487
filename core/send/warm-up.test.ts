import { expect, test } from "vitest";
import { DEFAULT_WARM_UP, sentOnDay, warmUpLimit } from "./warm-up.ts";

test.each([
  ["the first day", "2026-11-23", 100],
  ["the second", "2026-11-24", 250],
  ["the last of the ramp", "2026-11-29", 3_000],
  ["the day after it", "2026-11-30", null],
  ["a year later", "2027-11-23", null],
  ["the day before it began", "2026-11-22", 0],
  ["a day that cannot be read", "soon", 0],
  ["a date that does not exist", "2026-13-01", 0],
])("%s", (_name, today, limit) => {
  expect(warmUpLimit(DEFAULT_WARM_UP, "2026-11-23", today)).toBe(limit);
});

test("counts calendar days over a change of clocks and the end of a month", () => {
  expect(warmUpLimit([1, 2, 3], "2026-10-31", "2026-11-02")).toBe(3);
});

test("an empty schedule limits nothing; an unreadable start allows nothing", () => {
  expect(warmUpLimit([], "2026-11-23", "2026-11-23")).toBeNull();
  expect(warmUpLimit(DEFAULT_WARM_UP, "", "2026-11-23")).toBe(0);
});

test.each(["x2026-11-23", "2026-11-23x", "2026-11-3"])("%s is no day to have begun on", (startedOn) => {
  expect(warmUpLimit([100], startedOn, "2026-11-23")).toBe(0);
});

test.each([
  ["today", "2026-11-23", 7],
  ["yesterday", "2026-11-22", 0],
  ["tomorrow, before the tenant moved to where it is still today", "2026-11-24", 7],
  ["never", null, 0],
])("what a number sent: %s", (_name, sentOn, sent) => {
  expect(sentOnDay({ sentOn, sentToday: 7 }, "2026-11-23")).toBe(sent);
});
