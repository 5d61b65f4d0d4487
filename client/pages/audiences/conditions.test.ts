import { audienceGroup } from "@smscrm/core/audiences/definition";
import { expect, test } from "vitest";
import {
  blankCondition,
  blankTest,
  SUBJECTS,
  type Subject,
  subjectOf,
  TESTS,
  testsFor,
  valuesIn,
} from "./conditions.ts";

test("a blank condition is about what was chosen", () => {
  const subjects = [...Object.keys(SUBJECTS), "field member no"] as Subject[];
  for (const subject of subjects) expect(subjectOf(blankCondition(subject))).toBe(subject);
});

test("a comparison that is filled in is one of the schema", () => {
  const filled = { values: ["a"], value: "a", number: "1" };
  for (const is of Object.keys(TESTS) as (keyof typeof TESTS)[]) {
    const blank = blankTest(is);
    const full = Object.fromEntries(
      Object.entries(blank).map(([key, value]) => [key, key in filled ? filled[key as "value"] : value]),
    );
    const rules = [{ about: "field", field: "x", test: full }];
    expect(audienceGroup.safeParse({ match: "all", rules }).success, is).toBe(true);
  }
  expect(testsFor("date")).not.toContain("begins");
  expect(testsFor("number")[0]).toBe("at-least");
  expect(testsFor("yes-no")).toEqual(["one-of", "filled"]);
});

test("values stand between commas, each once", () => {
  expect(valuesIn(" VIC, Victoria,,VIC ")).toEqual(["VIC", "Victoria"]);
  expect(valuesIn(" ")).toEqual([]);
});
