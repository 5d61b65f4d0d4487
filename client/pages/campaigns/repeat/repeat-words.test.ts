import { expect, test } from "vitest";
import { ruleWords } from "./repeat-words.ts";

test("a rule is said as a person would", () => {
  const time = "09:00";
  expect(ruleWords({ every: "week", weekdays: [5, 1], time })).toBe("Every Monday and Friday at 09:00");
  expect(ruleWords({ every: "week", weekdays: [7, 6, 5, 4, 3, 2, 1], time })).toBe("Every day at 09:00");
  expect(ruleWords({ every: "month", day: 5, time })).toBe("On day 5 of each month at 09:00");
  expect(ruleWords({ every: "month", day: 31, time })).toMatch("or the last day of a shorter month");
  const yearly = { every: "year", field: "birthday", time } as const;
  expect(ruleWords({ ...yearly, offsetDays: 0 })).toBe("Each year on birthday at 09:00");
  expect(ruleWords({ ...yearly, offsetDays: -3 })).toBe("Each year 3 days before birthday at 09:00");
  expect(ruleWords({ ...yearly, offsetDays: 1 })).toBe("Each year 1 day after birthday at 09:00");
});
