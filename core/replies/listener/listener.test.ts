import { expect, test } from "vitest";
import storedWeights from "../data/listener-weights.json" with { type: "json" };
import { classifyReply, replyPlan } from "../replies.ts";
import { lessons } from "../testing/lessons.ts";
import { trainListener } from "../testing/train-listener.ts";
import { tokenise } from "../tokens.ts";
import { BUCKETS, featuresOf } from "./features.ts";
import { heardIn, soundsInnocent, soundsLikeOptOut } from "./listener.ts";

const TRAINING_MS = 120_000;

test("the stored weights are what training gives: run `pnpm train:listener` after a change of words or replies", {
  timeout: TRAINING_MS,
}, () => {
  const trained = trainListener(lessons());
  expect(trained.bias).toBe(storedWeights.bias);
  expect(trained.step).toBe(storedWeights.step);
  expect(trained.buckets === storedWeights.buckets).toBe(true);
  expect(JSON.stringify(storedWeights).length).toBeLessThanOrEqual(64 * 1024);
});

test("what only sounds like an opt-out goes to a person, who reads why", () => {
  expect(soundsLikeOptOut(tokenise("loose my number"))).toBe(true);
  expect(classifyReply("loose my number")).toBe("ask-a-person");
  expect(replyPlan({ text: "loose my number", carrierHandlesKeywords: true, listedBy: null })).toEqual({
    kind: "ask-a-person",
    answer: null,
    why: "It sounds like an opt-out, but we aren't sure: a person should read it.",
  });
});

test("a request that sounds innocent goes to a person, too, and opts nobody out", () => {
  expect(soundsInnocent(tokenise("Ich will Sie nicht belästigen, aber wann kommt meine Karte?"))).toBe(true);
  expect(classifyReply("Ich will Sie nicht belästigen, aber wann kommt meine Karte?")).toBe("ask-a-person");
});

test("ordinary words are not heard, and keywords need no listener", () => {
  for (const text of ["see you tomorrow", "bis morgen", "多少钱"])
    expect(soundsLikeOptOut(tokenise(text))).toBe(false);
  expect(classifyReply("stop")).toBe("opt-out");
});

test("each bucket is heard once, and a long text no longer than its beginning", () => {
  const heard = heardIn(tokenise("stop stop 别再发 stop?"));
  expect(new Set(heard).size).toBe(heard.length);
  expect(heard.every((bucket) => bucket >= 0 && bucket < BUCKETS)).toBe(true);
  const long = tokenise("never ".repeat(200));
  expect(heardIn(long)).toEqual(heardIn(tokenise("never ".repeat(100))));
  expect(featuresOf(tokenise(""), [])).not.toEqual([]);
});
