import { expect, test } from "vitest";
import { abPlanWords, itsTextWords, planSentence, shareWords } from "./words.ts";

const PLAN = {
  ...{ percent: 20, atLeast: 100, measure: "replies" as const, waitMinutes: 60 },
  ...{ choice: "rule" as const, unclear: "hold" as const, defaultVariant: 2 },
};
const text = (variant: number) => ({ variant, costMicros: 1, segments: 1, refused: 0 });

test("the plan says how a text is chosen", () => {
  expect(abPlanWords(PLAN)).toBe(
    "20 %, at least 100 contacts, by replies after 1 hour; if unclear, a person chooses",
  );
  expect(abPlanWords({ ...PLAN, unclear: "default" })).toMatch(/if unclear, text B$/);
  expect(abPlanWords({ ...PLAN, choice: "hand" })).toMatch(/; a person chooses$/);
});

test("the check says who is in the test, and what the others get", () => {
  const plan = { size: 100, rest: 20, texts: [text(1), text(2)], plan: PLAN, decideAt: null };
  expect(planSentence(plan)).toMatch(
    /^Each of 2 texts goes to about 50 contacts.*if none is, somebody chooses\.$/,
  );
  expect(planSentence({ ...plan, plan: { ...PLAN, unclear: "default" } })).toMatch(/they get text B\.$/);
  expect(planSentence({ ...plan, plan: { ...PLAN, choice: "hand" } })).toMatch(
    /wait until somebody chooses a text/,
  );
  expect(planSentence({ ...plan, rest: 0 })).toMatch(/nobody is left for the text that does best\.$/);
});

test("a share has its range, and a message says which text it has and why", () => {
  const share = { variant: 1, events: 5, of: 100, share: 0.05, low: 0.01, high: 0.13 };
  expect(shareWords(share)).toBe("5 % (1 % to 13 %)");
  expect(shareWords({ ...share, of: 0 })).toBe("–");
  const its = { variant: 2, isInTest: false, sentence: null, decidedBy: null };
  expect(itsTextWords({ ...its, variant: null })).toBe("Waits until a text is chosen");
  expect(itsTextWords({ ...its, isInTest: true })).toBe("Text B, by chance, as part of the test");
  expect(itsTextWords({ ...its, decidedBy: "Ann" })).toBe("Text B, chosen by Ann");
  expect(itsTextWords({ ...its, sentence: "It was better." })).toBe(
    "Text B, chosen by the rule: It was better.",
  );
  expect(itsTextWords(its)).toBe("Text B");
});
