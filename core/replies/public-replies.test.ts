import { describe, expect, test } from "vitest";
import composedReplies from "./data/composed-replies.json" with { type: "json" };
import composedVariants from "./data/composed-variants.json" with { type: "json" };
import freshReplies from "./data/fresh-replies.json" with { type: "json" };
import lastReplies from "./data/last-replies.json" with { type: "json" };
import learnReplies from "./data/learn-replies.json" with { type: "json" };
import publicReplies from "./data/public-replies.json" with { type: "json" };
import sealedReplies from "./data/sealed-replies.json" with { type: "json" };
import setCReplies from "./data/set-c-replies.json" with { type: "json" };
import setDReplies from "./data/set-d-replies.json" with { type: "json" };
import setEReplies from "./data/set-e-replies.json" with { type: "json" };
import setFReplies from "./data/set-f-replies.json" with { type: "json" };
import setGReplies from "./data/set-g-replies.json" with { type: "json" };
import setHReplies from "./data/set-h-replies.json" with { type: "json" };
import setIReplies from "./data/set-i-replies.json" with { type: "json" };
import { classifyReply } from "./replies.ts";
import { isSeen, type LabelledReply, measure, type ReplyFile, repliesOf } from "./testing/measure-replies.ts";

const replies = repliesOf(publicReplies);
const fresh = repliesOf(freshReplies);
const last = repliesOf(lastReplies);
const halfA = repliesOf(learnReplies);
const halfB = repliesOf(sealedReplies);
const setC = repliesOf(setCReplies);
const setD = repliesOf(setDReplies);
const setE = repliesOf(setEReplies);
const setF = repliesOf(setFReplies);
const setG = repliesOf(setGReplies);
const setH = repliesOf(setHReplies);
const setI = repliesOf(setIReplies);
const variants = repliesOf(composedVariants);
const classify = (text: string) => classifyReply(text);
const lines = (list: readonly LabelledReply[]) => list.map(({ language, text }) => `${language}: ${text}`);

describe("the replies that were collected in public", () => {
  test("are many, in many languages, each once and with its source", () => {
    expect(replies.length).toBeGreaterThanOrEqual(1_500);
    const languages = new Set(
      replies.filter(({ right }) => right === "opt-out").map(({ language }) => language),
    );
    expect(languages.size).toBeGreaterThanOrEqual(24);
    expect(replies.every(({ source }) => source.length > 10)).toBe(true);
    const all = [
      ...replies,
      ...fresh,
      ...last,
      ...halfA,
      ...halfB,
      ...setC,
      ...setD,
      ...setE,
      ...setF,
      ...setG,
    ];
    const keyOf = ({ language, text }: LabelledReply) => `${language} ${text}`;
    expect(new Set(all.map(keyOf)).size).toBe(all.length);
    // Set H keeps bare keywords and answers of a word or two, as every inbox has them. What more words say no older set has.
    expect(new Set(setH.map(keyOf)).size).toBe(setH.length);
    const older = new Set(all.map(keyOf));
    const again = setH.filter((reply) => older.has(keyOf(reply)));
    expect(lines(again.filter(({ text }) => text.trim().split(/\s+/).length > 2))).toEqual([]);
  });

  test("of set I no older set has one, whatever its case, accents and signs, and most are quoted", () => {
    const lettersOf = ({ text }: LabelledReply) =>
      text
        .toLowerCase()
        .normalize("NFKD")
        .replaceAll(/\p{M}|[^\p{L}\p{N}\p{So}]/gu, "") || text;
    const older = [replies, fresh, last, halfA, halfB, setC, setD, setE, setF, setG, setH].flat();
    const known = new Set(older.map(lettersOf));
    expect(lines(setI.filter((reply) => known.has(lettersOf(reply))))).toEqual([]);
    expect(new Set(setI.map(lettersOf)).size).toBe(setI.length);
    const isQuoted = new Map(setIReplies.sources.map((one) => [one.source, one.public]));
    const quoted = setI.filter(({ source }) => isQuoted.get(source));
    expect(quoted.length / setI.length).toBeGreaterThan(0.65);
    expect(new Set(setI.map(({ language }) => language)).size).toBeGreaterThanOrEqual(25);
    const seen = setI.filter(isSeen).length / setI.length;
    expect(Math.abs(seen - 0.5)).toBeLessThan(0.05);
  });

  test("are about half seen, half kept aside", () => {
    const seen = replies.filter(isSeen).length / replies.length;
    expect(seen).toBeGreaterThan(0.45);
    expect(seen).toBeLessThan(0.55);
  });

  test.each([
    ["all of the first set", replies, 0.08],
    ["those that the words were tuned on", replies.filter(isSeen), 0.08],
    ["those that were kept aside", replies.filter((reply) => !isSeen(reply)), 0.08],
    // The innocent ones of both were written to mislead: "I want to stop my Medicare plan", "Send me no invoice".
    ["the fresh set", fresh, 0.13],
    ["the last set", last, 0.12],
    // So were those of half B: "Stop the presses", "Remove my old product list from the homepage".
    ["half A", halfA, 0.09],
    ["half B", halfB, 0.12],
    ["set C", setC, 0.08],
    ["set D", setD, 0.08],
    ["set E", setE, 0.08],
    ["the half of set F that was tuned on first", setF.filter(isSeen), 0.08],
    ["the half of set G that was tuned on", setG.filter(isSeen), 0.08],
    ["the other half of set G", setG.filter((reply) => !isSeen(reply)), 0.08],
    ["the half of set H that was tuned on", setH.filter(isSeen), 0.08],
    ["the other half of set H", setH.filter((reply) => !isSeen(reply)), 0.08],
    ["the half of set I that was tuned on", setI.filter(isSeen), 0.08],
    ["those that we composed to try the forms of words", variants, 0.08],
  ])("%s: opt-outs are recognised, none is missed, and few others disturb a person", (_, set, asked) => {
    const measured = measure(set, classify);
    expect(lines(measured.missed)).toEqual([]);
    expect(lines(measured.unasked)).toEqual([]);
    expect(lines(measured.falseOptIns)).toEqual([]);
    expect(measured.recognised).toBeGreaterThanOrEqual(0.95);
    const hasEnglish = set.some(({ language, right }) => language === "en" && right === "opt-out");
    expect(measured.recognisedEnglish).toBeGreaterThanOrEqual(hasEnglish ? 0.96 : 0);
    expect(measured.falseOptOutRate).toBeLessThanOrEqual(0.005);
    expect(measured.innocentAskedRate).toBeLessThanOrEqual(asked);
  });

  test("the other half of set F, which was measured unseen before: nothing is missed any more", () => {
    const measured = measure(
      setF.filter((reply) => !isSeen(reply)),
      classify,
    );
    expect(lines(measured.missed)).toEqual([]);
    expect(lines(measured.falseOptIns)).toEqual([]);
    expect(measured.unasked.length).toBeLessThanOrEqual(1);
    expect(measured.recognised).toBeGreaterThanOrEqual(0.95);
    expect(measured.recognisedEnglish).toBeGreaterThanOrEqual(0.97);
    expect(measured.falseOptOutRate).toBeLessThanOrEqual(0.007);
    expect(measured.innocentAskedRate).toBeLessThanOrEqual(0.08);
  });

  // Nobody has looked at it. The limits are what it gave when it was measured once, short of the goals.
  test("the other half of set I, which is kept aside: no worse than it was", () => {
    const measured = measure(
      setI.filter((reply) => !isSeen(reply)),
      classify,
    );
    expect(measured.falseOptIns.length).toBe(0);
    expect(measured.missed.length).toBeLessThanOrEqual(9);
    expect(measured.recognised).toBeGreaterThanOrEqual(0.83);
    expect(measured.recognisedEnglish).toBeGreaterThanOrEqual(0.91);
    expect(measured.falseOptOutRate).toBeLessThanOrEqual(0.018);
    expect(measured.innocentAskedRate).toBeLessThanOrEqual(0.12);
  });

  test("a measure of nothing is no division by zero", () => {
    expect(measure([], classify)).toMatchObject({ replies: 0, recognised: 0, falseOptOutRate: 0 });
  });

  test("the measure counts what is taken for something else", () => {
    const file: ReplyFile = {
      sources: [
        {
          source: "here",
          replies: { en: { "opt-out": ["stop"], person: ["wrong number"], none: ["hello"] } },
        },
      ],
    };
    const measured = measure(repliesOf(file), (text) => (text === "stop" ? "none" : "opt-in"));
    expect(measured).toMatchObject({ replies: 3, recognised: 0, recognisedEnglish: 0 });
    expect(lines(measured.missed)).toEqual(["en: stop"]);
    expect(lines(measured.unasked)).toEqual(["en: wrong number"]);
    expect(lines(measured.falseOptIns)).toEqual(["en: wrong number", "en: hello"]);
    expect(measured.falseOptOutRate).toBe(0);
    expect(measure(repliesOf(file), () => "opt-out")).toMatchObject({ recognised: 1, falseOptOutRate: 1 });
    const asked = measure(repliesOf(file), () => "ask-a-person");
    expect(lines(asked.askedOptOuts)).toEqual(["en: stop"]);
    expect(asked).toMatchObject({
      missed: [],
      innocentAskedRate: 1,
    });
  });
});

describe("replies that we composed, because no public example was found", () => {
  const kinds: Record<string, readonly string[]> = {
    "opt-out": ["opt-out"],
    partial: ["partial-opt-out"],
    person: ["ask-a-person", "partial-opt-out"],
    either: ["opt-out", "ask-a-person", "partial-opt-out"],
    help: ["help"],
    "opt-in": ["opt-in"],
    reaction: ["reaction"],
    none: ["none"],
  };
  test.each(repliesOf(composedReplies).map(({ language, right, text }) => [language, right, text] as const))(
    "%s, %s: %s",
    (_, right, text) => expect(kinds[right]).toContain(classifyReply(text)),
  );
});
