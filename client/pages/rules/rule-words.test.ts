import { emptyTally } from "@smscrm/core/replay/tally";
import { DEFAULT_SCHEDULE, everyDay } from "@smscrm/core/time/quiet-hours";
import { expect, test } from "vitest";
import { partsOf, resultSentence, ruleLines, unknownLines } from "./rule-words.ts";

const tally = (changes: object) => ({ ...emptyTally(), decisions: 10, ...changes });

test("the result is one sentence, also where nothing changes or nothing was decided", () => {
  const period = "In the last 30 days";
  expect(resultSentence(tally({ held: 4_118, letThrough: 37 }), period)).toBe(
    "In the last 30 days these rules would have held 4,118 messages and let 37 more through.",
  );
  expect(resultSentence(tally({ held: 1 }), period)).toMatch(/held 1 message and let 0 more through/);
  expect(resultSentence(tally({}), period)).toMatch(/would have changed nothing/);
  expect(resultSentence(emptyTally(), period)).toMatch(/nothing was decided/);
});

test("decisions that can't be replayed are named with their reason", () => {
  expect(unknownLines({})).toEqual([]);
  expect(unknownLines({ erased: 2, before: 1_200 })).toEqual([
    "1,200 made before smscrm stored what a replay needs",
    "2 about people who were erased since",
  ]);
});

test("each changed rule shows what it was and what it becomes", () => {
  const before = {
    ...{ timezone: "Australia/Sydney", country: "AU", quietHours: DEFAULT_SCHEDULE, destinationHours: {} },
    ...{ trustTenantZone: false, capPerDay: null, capPerWeek: 4 },
  };
  const after = {
    ...{ quietHours: everyDay("10:00", "20:00"), capPerDay: 2, trustTenantZone: true },
    destinationHours: { SG: "own", NZ: "recommended" } as const,
  };
  expect(ruleLines(before, after)).toEqual([
    { term: "Sending hours", before: "09:00–21:00", after: "10:00–20:00" },
    {
      term: "Hours by country",
      before: "As recommended abroad, your own at home",
      after: "Singapore: only your own, New Zealand: recommended",
    },
    {
      term: "If location is unknown",
      before: "Text only when it is day everywhere",
      after: "Assume your own time zone",
    },
    { term: "Texts per contact in 24 hours", before: "No limit", after: "2" },
  ]);
  expect(ruleLines(before, { timezone: "Australia/Perth", country: "NZ" })[1]).toMatchObject({
    ...{ before: "Australia", after: "New Zealand" },
  });
});

test("parts of a result come with the largest first", () => {
  const parts = {
    AU: { held: 1, letThrough: 0 },
    SG: { held: 0, letThrough: 3 },
    NZ: { held: 1, letThrough: 0 },
  };
  expect(partsOf(parts).map(({ key }) => key)).toEqual(["SG", "AU", "NZ"]);
});
