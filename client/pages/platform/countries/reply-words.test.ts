import type { ReplyCounts } from "@smscrm/core/replay/reply-replay";
import { expect, test } from "vitest";
import { repliesSentence, shiftsOf, unknownReplyLines } from "./reply-words.ts";

const counts = (shifts: ReplyCounts["shifts"], compared = 100): ReplyCounts => ({
  ...{ compared, shifts, unknown: {} },
});
const PERIOD = "In the last 30 days";

test("what other reply words would have changed is one sentence", () => {
  const many = counts([
    { from: "none", to: "opt-out", replies: 9 },
    { from: "ask-a-person", to: "opt-out", replies: 3 },
    { from: "opt-out", to: "none", replies: 1 },
  ]);
  expect(repliesSentence(many, PERIOD)).toBe(
    "In the last 30 days 12 more replies would have been heard as an opt-out, 3 fewer would have been asked of a person, and 1 opt-out would not have been heard.",
  );
  expect(shiftsOf(many.shifts).map(({ replies }) => replies)).toEqual([9, 3, 1]);
  const one = counts([{ from: "opt-out", to: "ask-a-person", replies: 2 }]);
  expect(repliesSentence(one, PERIOD)).toBe(
    "In the last 30 days 2 more would have been asked of a person and 2 opt-outs would not have been heard.",
  );
  expect(repliesSentence(counts([{ from: "none", to: "help", replies: 2 }]), PERIOD)).toMatch(
    /no opt-out and/,
  );
  expect(repliesSentence(counts([]), PERIOD)).toMatch(/changed nothing/);
  for (const none of [undefined, counts([], 0)])
    expect(repliesSentence(none, PERIOD)).toMatch(/no reply can be compared/);
});

test("replies that can't be compared are counted by reason", () => {
  expect(unknownReplyLines({ before: 1_200, text: 0, differs: 1 })).toEqual([
    "1,200 from before smscrm stored what a replay needs",
    "1 that another version of smscrm heard, or that the facts on record don’t explain",
  ]);
});
