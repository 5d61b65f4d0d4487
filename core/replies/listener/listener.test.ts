import { expect, test } from "vitest";
import storedWeights from "../data/listener-weights.json" with { type: "json" };
import { classifyReply, replyPlan } from "../replies.ts";
import { lessons } from "../testing/lessons.ts";
import { trainListener } from "../testing/train-listener.ts";
import { tokenise } from "../tokens.ts";
import { BUCKETS, featuresOf } from "./features.ts";
import { decide, heardIn, type ReadKind, soundOf } from "./listener.ts";

const TRAINING_MS = 120_000;

test("the stored weights are what training gives: run `pnpm train:listener` after a change of words or replies", {
  timeout: TRAINING_MS,
}, () => {
  const trained = trainListener(lessons());
  for (const model of ["heard", "optOut"] as const) {
    expect(trained[model].bias).toBe(storedWeights[model].bias);
    expect(trained[model].step).toBe(storedWeights[model].step);
    expect(trained[model].buckets === storedWeights[model].buckets).toBe(true);
  }
  expect(JSON.stringify(storedWeights).length).toBeLessThanOrEqual(72 * 1024);
});

const may = { optOut: () => true, otherLanguage: () => true, ordinary: () => true };
const mayNot = { optOut: () => false, otherLanguage: () => false, ordinary: () => false };

test("what only sounds like an opt-out goes to a person, who reads why", () => {
  const text = "telefonla aramayın";
  const { heard } = soundOf(tokenise(text));
  expect(heard).toBeGreaterThan(0);
  expect(decide("none", { heard, optOut: -1 }, may)).toBe("ask-a-person");
  expect(decide("none", { heard: -1, optOut: 0 }, mayNot)).toBe("ask-a-person");
  expect(decide("none", { heard: 0, optOut: -1 }, may)).toBe("ask-a-person");
  expect(decide("none", { heard: -0.01, optOut: -0.01 }, may)).toBe("none");
  // What sounds unlike an opt-out may be a complaint, which must sound more like one.
  expect(decide("none", { heard: 0.39, optOut: -1.01 }, may)).toBe("none");
  expect(decide("none", { heard: 0.4, optOut: -1.01 }, may)).toBe("ask-a-person");
  expect(replyPlan({ text, carrierHandlesKeywords: true, listedBy: null })).toEqual({
    kind: "ask-a-person",
    answer: null,
    why: "It sounds like an opt-out, but we aren't sure: a person should read it.",
  });
});

test("a request that sounds innocent goes to a person, too, and opts nobody out", () => {
  const text = "Ich will Sie nicht belästigen, aber wann kommt meine Karte?";
  expect(soundOf(tokenise(text)).optOut).toBeLessThan(-0.7);
  expect(classifyReply(text)).toBe("ask-a-person");
  for (const kind of ["phrased", "requested"] satisfies ReadKind[]) {
    expect(decide(kind, { heard: 1, optOut: -0.8 }, mayNot)).toBe("opt-out");
    expect(decide(kind, { heard: -2, optOut: -2 }, may)).toBe("ask-a-person");
  }
});

test("it opts out only who may be, and never overrules a complaint", () => {
  const loud = { heard: 2, optOut: 2 };
  for (const kind of ["doubtful", "none"] satisfies ReadKind[]) {
    expect(decide(kind, loud, may)).toBe("opt-out");
    expect(decide(kind, loud, mayNot)).toBe("ask-a-person");
  }
  expect(decide("ask-a-person", loud, may)).toBe("ask-a-person");
  expect(decide("ask-a-person", { heard: -2, optOut: -2 }, may)).toBe("ask-a-person");
});

test("in other languages it opts out only who is surely heard, and whose request the rules read", () => {
  const inOther = { ...mayNot, otherLanguage: () => true };
  expect(decide("doubtful", { heard: 1, optOut: 0.6 }, inOther)).toBe("opt-out");
  expect(decide("doubtful", { heard: 1, optOut: 0.59 }, inOther)).toBe("ask-a-person");
  expect(decide("none", { heard: 2, optOut: 2 }, inOther)).toBe("ask-a-person");
  expect(classifyReply("Sluta skicka sms till mig nu för jag har bytt nummer")).toBe("opt-out");
  expect(classifyReply("nao pare de mandar mensagem")).toBe("ask-a-person");
});

test("a doubtful text is an ordinary one only if both models say so, in a known language", () => {
  const quiet = { heard: -0.71, optOut: -0.81 };
  expect(decide("doubtful", quiet, may)).toBe("none");
  expect(decide("doubtful", quiet, mayNot)).toBe("ask-a-person");
  expect(decide("doubtful", { ...quiet, heard: -0.7 }, may)).toBe("ask-a-person");
  expect(decide("doubtful", { ...quiet, optOut: -0.8 }, may)).toBe("ask-a-person");
});

test("innocent words that sound like an opt-out to both models go to a person, and opt nobody out", () => {
  expect(decide("innocent", { heard: 0.7, optOut: 0.7 }, may)).toBe("ask-a-person");
  expect(decide("innocent", { heard: 2, optOut: 0.69 }, may)).toBe("none");
  expect(decide("innocent", { heard: 0.69, optOut: 2 }, may)).toBe("none");
});

test.each([
  "we must stop this bill",
  "We have to STOP this bill",
  "STOP the new road!",
  "can I opt out of the surcharge",
  "Can I cancel?",
  "remove me from the roster for Saturday",
])("asks nobody about an ordinary reply with a word of opting out: %s", (text) =>
  expect(classifyReply(text)).toBe("none"),
);

test.each([
  "why did you stop texting me?",
  "did I unsubscribe?",
  "I'll stop texting you tomorrow evening",
  "they should leave us alone at the office",
  "don't call me, text me",
  "stop calling my office, text me instead",
  "please start sending me texts again",
  "take me off the waiting list. I quit",
  "Don't. Stop.",
  "This number is not monitored. Text HELP for help or STOP to end.",
])("opts nobody out by sound who asks, turns the words round, or wants another way: %s", (text) =>
  expect(classifyReply(text)).toBe("ask-a-person"),
);

test("ordinary words are not heard, and keywords need no listener", () => {
  for (const text of ["see you tomorrow", "bis morgen", "多少钱"])
    expect(soundOf(tokenise(text)).heard).toBeLessThan(-0.1);
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
