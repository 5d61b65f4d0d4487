import { describe, expect, test } from "vitest";
import {
  type AbPlan,
  abTestFault,
  abTestInput,
  testSize,
  type VariantFigures,
  variantName,
  variantNow,
} from "./ab-test.ts";
import { decideTest, nobodyWaits, sharesOf, standing, testNotSentInTime, textsToStop } from "./decide.ts";
import { differ, logEvidence, shareInterval } from "./sequential.ts";
import { clearWinner } from "./winner.ts";

const PLAN: AbPlan = {
  ...{ percent: 20, atLeast: 100, measure: "replies", waitMinutes: 60 },
  ...{ choice: "rule", unclear: "hold", defaultVariant: 1 },
};

const seen = (variant: number, changes: Partial<VariantFigures> = {}): VariantFigures => ({
  ...{ variant, people: 1_000, sent: 1_000, reported: 990, failures: 10, replies: 50, optOuts: 5 },
  ...{ clicks: 100, clickable: 1_000 },
  ...changes,
});

/** Mulberry32: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Trial {
  /** The share of each text's people who reply, from the first text on. */
  rates: number[];
  people: number;
  random: () => number;
}

/**
 * Sends to people one after another, each with a text at random, while earlier ones reply, each after a while. Calls `look`
 * after every tenth message and reply: more often than anybody looks.
 */
function sendAndLook(
  { rates, people, random }: Trial,
  look: (figures: VariantFigures[]) => boolean,
): boolean {
  const figures = rates.map((_, at) => seen(at + 1, { sent: 0, replies: 0, optOuts: 0, failures: 0 }));
  const replies: number[][] = Array.from({ length: people * 2 + 1 }, () => []);
  for (let at = 0; at < people * 2; at += 1) {
    if (at < people) {
      const text = Math.floor(random() * rates.length);
      figures[text]!.sent += 1;
      if (random() < rates[text]!) replies[at + 1 + Math.floor(random() ** 3 * people)]!.push(text);
    }
    for (const text of replies[at]!) {
      figures[text]!.replies += 1;
      figures[text]!.optOuts += 1;
    }
    if ((at % 10 === 0 || replies[at]!.length > 0) && look(figures)) return true;
  }
  return false;
}

describe("looking all the time", () => {
  const shareOf = (trials: number, rates: number[], look: (figures: VariantFigures[]) => boolean) => {
    const random = seeded(20_261_130);
    let said = 0;
    for (let at = 0; at < trials; at += 1)
      if (sendAndLook({ rates, people: 600 * rates.length, random }, look)) said += 1;
    return said / trials;
  };

  test.each([
    [2, [0.05, 0.05]],
    [2, [0.4, 0.4]],
    [3, [0.05, 0.05, 0.05]],
    [5, [0.08, 0.08, 0.08, 0.08, 0.01]],
  ])("names a winner among %i texts that are equally good in at most 5 % of all tests", (_, rates) => {
    expect(shareOf(300, rates, (figures) => clearWinner(figures, "replies") !== null)).toBeLessThanOrEqual(
      0.05,
    );
  });

  test("stops a text that is no worse in at most 2 % of all tests", () => {
    const stops = (figures: VariantFigures[]) => textsToStop(figures, []).length > 0;
    expect(shareOf(300, [0.02, 0.02, 0.02], stops)).toBeLessThanOrEqual(0.02);
  });

  test("finds twice as many replies among 600 for each text in two of three tests, and says the right text", () => {
    const wrong = shareOf(100, [0.06, 0.12], (figures) => clearWinner(figures, "replies") === 1);
    const right = shareOf(100, [0.06, 0.12], (figures) => clearWinner(figures, "replies") === 2);
    expect(wrong).toBe(0);
    expect(right).toBeGreaterThan(0.66);
  });
});

describe("the evidence", () => {
  test("is none without messages or replies, and the same for both sides", () => {
    expect([logEvidence(0, 0, 0, 9), logEvidence(0, 9, 0, 0), logEvidence(0, 9, 0, 9)]).toEqual([0, 0, 0]);
    expect(logEvidence(30, 500, 60, 500)).toBeCloseTo(logEvidence(60, 500, 30, 500), 9);
  });

  test("is a fair bet: all orders of the next people add up to what there was", () => {
    // The expected factor of one more person is 1 at the share of the messages.
    for (const [a, sentA, b, sentB] of [
      [3, 100, 9, 100],
      [40, 700, 10, 300],
    ] as const) {
      const share = sentA / (sentA + sentB);
      const next =
        share * Math.exp(logEvidence(a + 1, sentA, b, sentB)) +
        (1 - share) * Math.exp(logEvidence(a, sentA, b + 1, sentB));
      expect(next / Math.exp(logEvidence(a, sentA, b, sentB))).toBeCloseTo(1, 9);
    }
  });

  test("of 8 % against 4 % of 1,000 is clear, of 5 % against 4 % is not", () => {
    expect(differ(logEvidence(80, 1_000, 40, 1_000), 0.05)).toBe(true);
    expect(differ(logEvidence(50, 1_000, 40, 1_000), 0.05)).toBe(false);
  });

  test("an interval holds the share that was seen, and narrows with more messages", () => {
    const few = shareInterval(5, 100, 0.05);
    const many = shareInterval(500, 10_000, 0.05);
    for (const { low, high } of [few, many]) expect(low < 0.05 && high > 0.05).toBe(true);
    expect(many.high - many.low).toBeLessThan((few.high - few.low) / 4);
    expect(shareInterval(0, 0, 0.05)).toEqual({ low: 0, high: 1 });
    expect(shareInterval(0, 100, 0.05).low).toBe(0);
    expect(shareInterval(100, 100, 0.05).high).toBe(1);
  });
});

describe("a text is chosen", () => {
  test("by the rule, where it is clearly better than each of the others", () => {
    const figures = [seen(1), seen(2, { replies: 120 }), seen(3, { replies: 60 })];
    expect(clearWinner(figures, "replies")).toBe(2);
    expect(decideTest(PLAN, figures, [])).toEqual({
      ...{ kind: "choose", variant: 2 },
      sentence:
        "Text B gets more replies (12 % against 6 %), and the difference is clear. The rest gets text B.",
    });
    const close = [seen(1), seen(2, { replies: 120 }), seen(3, { replies: 118 })];
    expect(clearWinner(close, "replies")).toBeNull();
  });

  test("by fewer failures and opt-outs, and by clicks of those whose clicks may be kept", () => {
    const failing = [seen(1, { failures: 90 }), seen(2, { failures: 20 })];
    expect(clearWinner(failing, "delivered")).toBe(2);
    expect(standing(failing, "delivered", [])).toBe(
      "Text B is delivered more often (98 % against 91 %), and the difference is clear",
    );
    const optedOut = [seen(1, { optOuts: 40 }), seen(2)];
    expect(clearWinner(optedOut, "opt-outs")).toBe(2);
    expect(standing(optedOut, "opt-outs", [])).toBe(
      "Text B makes fewer people opt out (0.5 % against 4 %), and the difference is clear",
    );
    expect(clearWinner([seen(1), seen(2, { clicks: 180, clickable: 900 })], "clicks")).toBe(2);
    expect(clearWinner([seen(1, { clickable: 0, clicks: 0 }), seen(2)], "clicks")).toBeNull();
  });

  test("by a person where the author wanted it, or nothing is clear, or too little is known", () => {
    const clear = [seen(1), seen(2, { replies: 120 })];
    const unclear = [seen(1), seen(2, { replies: 55 })];
    const of = (figures: VariantFigures[], plan: Partial<AbPlan> = {}, stopped: number[] = []) =>
      decideTest({ ...PLAN, ...plan }, figures, stopped);
    expect(of(clear, { choice: "hand" })).toMatchObject({
      ...{
        kind: "hold",
        sentence: expect.stringMatching(/difference is clear: held until somebody chooses\.$/),
      },
    });
    expect(of(unclear)).toMatchObject({
      ...{ kind: "hold", sentence: expect.stringContaining("may be chance: held") },
    });
    expect(of([seen(1), seen(2, { sent: 19 })])).toMatchObject({
      ...{ kind: "hold", sentence: expect.stringMatching(/^Text B was sent to only 19 contacts/) },
    });
    expect(of(clear.map((one) => ({ ...one, reported: 0 })))).toMatchObject({
      ...{ kind: "hold", sentence: expect.stringMatching(/^No delivery report/) },
    });
    expect(of([seen(1), seen(2)], { unclear: "default", defaultVariant: 2 })).toEqual({
      ...{ kind: "choose", variant: 2 },
      sentence: "No text gets more replies than another, so it is the default. The rest gets text B.",
    });
    expect(of([seen(1), seen(2), seen(3)], { unclear: "default" }, [1])).toMatchObject({
      ...{ kind: "hold", sentence: expect.stringContaining("the default, text A, was stopped") },
    });
    expect(of([seen(1), seen(2)], {}, [1])).toEqual({
      ...{ kind: "choose", variant: 2 },
      sentence: "All other texts were stopped. The rest gets text B.",
    });
    expect(clearWinner(clear, "replies", [2])).toBeNull();
    expect(standing(clear, "replies", [2])).toBe("Only one text is left");
  });

  test("says what can't be decided in time, and that nobody waits", () => {
    expect(testNotSentInTime(2, 400)).toBe(
      "2 messages of the 400 of the test could not go in time: held until somebody chooses.",
    );
    expect(nobodyWaits("Seen")).toBe("Seen. All recipients were in the test, so nobody waits.");
  });
});

describe("a text is stopped", () => {
  test("that makes clearly more people opt out, or fails clearly more often, whatever it is compared by", () => {
    expect(textsToStop([seen(1), seen(2, { optOuts: 40, replies: 300 }), seen(3)], [])).toEqual([
      {
        variant: 2,
        sentence: "Text B is stopped: 40 of 1,000 opted out (4 %), of the others 0.5 %.",
      },
    ]);
    expect(textsToStop([seen(1, { failures: 70 }), seen(2)], [])[0]!.sentence).toBe(
      "Text A is stopped: 70 of 1,000 failed (7 %), of the others 1 %.",
    );
    expect(textsToStop([seen(1), seen(2, { optOuts: 9 })], [])).toEqual([]);
  });

  test("once, and never the only one that is left or that few got", () => {
    const figures = [seen(1), seen(2, { optOuts: 40 })];
    expect(textsToStop(figures, [2])).toEqual([]);
    expect(textsToStop([seen(1), seen(2, { sent: 10, optOuts: 10 })], [])).toEqual([]);
    expect(textsToStop([seen(1, { sent: 3 }), seen(2, { optOuts: 40 })], [])).toEqual([]);
  });
});

describe("the shares that are shown", () => {
  test("are of the messages sent; of delivered, of those that did not fail", () => {
    const [replies] = sharesOf([seen(1)], "replies");
    expect(replies).toMatchObject({ variant: 1, events: 50, of: 1_000, share: 0.05 });
    const [delivered] = sharesOf([seen(1)], "delivered");
    expect(delivered).toMatchObject({ events: 990, of: 1_000, share: 0.99 });
    expect(delivered!.low < 0.99 && delivered!.high > 0.99).toBe(true);
    const nothing = seen(1, { sent: 0, failures: 0, replies: 0 });
    expect(sharesOf([nothing], "replies")[0]).toMatchObject({ share: 0, low: 0, high: 1 });
    expect(sharesOf([nothing], "delivered")[0]).toMatchObject({ share: 0, low: 0, high: 1 });
  });
});

describe("who gets which text", () => {
  const state = { testDraws: 100, winner: null, stopped: [] };

  test("in the test each their own, and the rest none until one is chosen", () => {
    expect(variantNow({ draw: 100, variant: 2 }, state)).toBe(2);
    expect(variantNow({ draw: 7, variant: null }, state)).toBe(1);
    expect(variantNow({ draw: 101, variant: 2 }, state)).toBeNull();
    expect(variantNow({ draw: 101, variant: 2 }, { ...state, winner: 3 })).toBe(3);
    expect(variantNow({ draw: 100, variant: 2 }, { ...state, winner: 3 })).toBe(2);
  });

  test("nobody any more gets a text that was stopped", () => {
    const stopped = { ...state, stopped: [2] };
    expect(variantNow({ draw: 1, variant: 2 }, stopped)).toBeNull();
    expect(variantNow({ draw: 1, variant: 2 }, { ...stopped, winner: 1 })).toBe(1);
    expect(variantNow({ draw: 1, variant: 1 }, stopped)).toBe(1);
  });

  test("nobody before the test is chosen, and nobody without a draw", () => {
    expect(variantNow({ draw: 1, variant: 1 }, { ...state, testDraws: null })).toBeNull();
    expect(variantNow({ draw: null, variant: 1 }, state)).toBeNull();
  });

  test("a test is its share, at least as many as were asked for and 50 for each text, at most all", () => {
    const size = (audience: number, variants = 2) =>
      testSize(audience, { percent: 20, atLeast: 150 }, variants);
    expect([size(100), size(400), size(10_001), size(400, 5)]).toEqual([100, 150, 2_001, 250]);
    expect([variantName(1), variantName(5)]).toEqual(["A", "E"]);
  });
});

describe("a test is refused", () => {
  const { defaultVariant, ...given } = PLAN;
  const parse = (changes: object) =>
    abTestInput.safeParse({ ...given, defaultVariant, texts: ["Hi"], ...changes }).success;

  test("without a second text, with too many, with an empty one, and with unknown fields", () => {
    expect(parse({})).toBe(true);
    for (const wrong of [
      { texts: [] },
      { texts: Array(5).fill("x") },
      { texts: [" "] },
      { texts: ["a\0b"] },
      { texts: ["x".repeat(1_601)] },
      { percent: 1 },
      { percent: 91 },
      { atLeast: 99 },
      { waitMinutes: 4 },
      { waitMinutes: 4_321 },
      { measure: "sales" },
      { defaultVariant: 3 },
      { defaultVariant: 0 },
      { winner: 1 },
    ])
      expect(parse(wrong), JSON.stringify(wrong)).toBe(false);
  });

  test("with two texts that are the same, clicks without links, or a first part that is as large", () => {
    const fault = (changes: Partial<Parameters<typeof abTestFault>[0]> = {}) =>
      abTestFault({
        ...{
          texts: ["a", "b"],
          plan: PLAN,
          shortenLinks: true,
          canaryPercent: null,
          hasLink: (body) => body === "a",
        },
        ...changes,
      });
    expect(fault()).toBeNull();
    expect(fault({ texts: ["a", "b", "a"] })).toMatch(/^Texts A and C are the same/);
    const clicks = { ...PLAN, measure: "clicks" as const };
    expect(fault({ plan: clicks, shortenLinks: false })).toMatch(/^Turn short links on/);
    expect(fault({ plan: clicks })).toMatch(/^Text B has no link/);
    expect(fault({ plan: clicks, hasLink: () => true })).toBeNull();
    expect(fault({ canaryPercent: 20 })).toMatch(/^The first part \(20 %\)/);
    expect(fault({ canaryPercent: 19 })).toBeNull();
  });
});
