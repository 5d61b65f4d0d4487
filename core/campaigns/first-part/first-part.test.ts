import { describe, expect, test } from "vitest";
import { criticalCount, upperTail } from "./binomial.ts";
import {
  type Baseline,
  decideCanary,
  holdLimits,
  notSentInTime,
  type PartFigures,
  percentWords,
  usualRate,
} from "./canary.ts";
import { canaryInput, DRAW_MAX, partSize, WAITING_FROM_MS, waitingDueAt } from "./first-part.ts";

const MEASURES = ["failures", "optOuts", "complaints"] as const;
/** As in the rule: of all campaigns that are as usual, at most one in a hundred is held for one measure. */
const ALPHA = 0.01;

const baseline = (changes: Partial<Baseline> = {}): Baseline => ({
  ...{ campaigns: 12, sent: 20_000, reported: 19_500, failures: 600, optOuts: 70, complaints: 20 },
  ...changes,
});
const seen = (changes: Partial<PartFigures> = {}): PartFigures => ({
  ...{ sent: 60, reported: 58, failures: 1, optOuts: 0, complaints: 0 },
  ...changes,
});
const NO_HISTORY = baseline({ campaigns: 0, sent: 0, reported: 0, failures: 0, optOuts: 0, complaints: 0 });

describe("the size of the first part", () => {
  test("is its share rounded up, at least 50 people, and never more than there are", () => {
    expect([10, 50, 51, 4_000, 10_040, 1_000_000].map((audience) => partSize(audience, 1))).toEqual([
      ...[10, 50, 50, 50, 101, 10_000],
    ]);
    expect(partSize(200, 50)).toBe(100);
  });

  test("a draw is a due time far ahead, in the order of the draws", () => {
    expect(waitingDueAt(0).getTime()).toBe(WAITING_FROM_MS);
    expect(waitingDueAt(DRAW_MAX).toISOString().slice(0, 4)).toBe("9000");
  });

  test("takes whole percents and minutes within limits", () => {
    expect(canaryInput.safeParse({ percent: 1, watchMinutes: 30 }).success).toBe(true);
    for (const wrong of [
      { percent: 0 },
      { percent: 51 },
      { percent: 1.5 },
      { watchMinutes: 4 },
      { watchMinutes: 1_441 },
    ])
      expect(canaryInput.safeParse({ percent: 1, watchMinutes: 30, ...wrong }).success).toBe(false);
  });
});

describe("the exact binomial tail", () => {
  test("agrees with values of the distribution", () => {
    // 1 - 0.996^60 and 1 - 0.996^60 - 60 · 0.004 · 0.996^59
    expect(upperTail(1, 60, 0.004)).toBeCloseTo(0.213751, 6);
    expect(upperTail(2, 60, 0.004)).toBeCloseTo(0.024293, 6);
    expect(upperTail(5, 10, 0.5)).toBeCloseTo(0.623047, 6);
    expect(upperTail(10, 10, 0.5)).toBeCloseTo(2 ** -10, 12);
  });

  test("is right at its ends, and for numbers whose terms are too small for a float", () => {
    expect([upperTail(0, 5, 0.1), upperTail(6, 5, 0.1), upperTail(1, 5, 0), upperTail(1, 5, 1)]).toEqual([
      ...[1, 0, 0, 1],
    ]);
    expect(upperTail(1, 200_000, 0.05)).toBeCloseTo(1, 9);
    expect(upperTail(5_000, 100_000, 0.05)).toBeCloseTo(0.5, 1);
  });

  test("the critical count is the first that is rare enough", () => {
    for (const [trials, rate] of [
      [60, 0.004],
      [1_000, 0.05],
      [20, 0.99],
    ] as const) {
      const least = criticalCount(trials, rate, ALPHA);
      expect(upperTail(least, trials, rate)).toBeLessThanOrEqual(ALPHA);
      expect(upperTail(least - 1, trials, rate)).toBeGreaterThan(ALPHA);
    }
  });
});

describe("the decision about a first part", () => {
  test("goes on when nothing is unusual, and says what was seen", () => {
    expect(decideCanary(seen({ failures: 3, optOuts: 1 }), baseline())).toEqual({
      kind: "go",
      sentence:
        "3 failed, 1 opted out, 0 replied with a possible opt-out or complaint of 60: nothing unusual, so the rest goes.",
    });
  });

  test("is held for opt-outs far above the usual, with the figures in a sentence", () => {
    expect(decideCanary(seen({ optOuts: 5 }), baseline())).toEqual({
      kind: "hold",
      sentence: "5 of 60 opted out, usually 0.38 %: held until somebody decides.",
    });
  });

  test("names every measure that is unusual", () => {
    const { kind, sentence } = decideCanary(seen({ failures: 20, optOuts: 9, complaints: 9 }), baseline());
    expect(kind).toBe("hold");
    expect(sentence).toBe(
      "20 of 60 failed, usually 3.1 %; 9 of 60 opted out, usually 0.38 %; 9 of 60 replied with a possible opt-out or complaint, usually 0.14 %: held until somebody decides.",
    );
  });

  test("one opt-out of a few never holds it, not even where nobody ever opted out", () => {
    expect(decideCanary(seen({ optOuts: 1 }), baseline({ optOuts: 0 })).kind).toBe("go");
    expect(decideCanary(seen({ optOuts: 1 }), NO_HISTORY).kind).toBe("go");
  });

  test("without history the default is usual, and a long history outweighs it", () => {
    expect(MEASURES.map((measure) => usualRate(measure, NO_HISTORY))).toEqual([0.05, 0.01, 0.01]);
    expect(usualRate("optOuts", baseline({ sent: 1e6, optOuts: 3_000 }))).toBeCloseTo(0.003, 4);
    expect(decideCanary(seen({ optOuts: 3 }), NO_HISTORY).kind).toBe("go");
    expect(decideCanary(seen({ optOuts: 4 }), NO_HISTORY).kind).toBe("hold");
  });

  test("the limits say from when on it is held", () => {
    const limits = holdLimits(60, baseline());
    for (const measure of MEASURES) {
      expect(decideCanary(seen({ failures: 0, [measure]: limits[measure] }), baseline()).kind).toBe("hold");
      expect(decideCanary(seen({ failures: 0, [measure]: limits[measure] - 1 }), baseline()).kind).toBe("go");
    }
  });

  test("is held where too little is known: few went, none has a report, or they could not go", () => {
    expect(decideCanary(seen({ sent: 19 }), baseline()).sentence).toBe(
      "Only 19 of the first part were sent, too few to judge by: held until somebody decides.",
    );
    expect(decideCanary(seen({ sent: 1 }), baseline()).sentence).toContain(
      "Only 1 of the first part was sent",
    );
    expect(decideCanary(seen({ reported: 0 }), baseline()).sentence).toBe(
      "No delivery report has come for any of the 60, so nothing can be judged: held until somebody decides.",
    );
    expect(notSentInTime(12, 60)).toBe(
      "12 messages of the first 60 could not go in time: held until somebody decides.",
    );
  });

  test("an ordinary campaign is held in at most one of a hundred for each measure", () => {
    for (const sent of [20, 50, 60, 101, 500, 10_000])
      for (const rate of [0.0005, 0.004, 0.01, 0.05]) {
        expect(upperTail(criticalCount(sent, rate, ALPHA), sent, rate)).toBeLessThanOrEqual(ALPHA);
      }
  });

  test("shares are short", () => {
    expect([0.004, 0.0038, 0.12, 0.12345, 0].map(percentWords)).toEqual([
      "0.4 %",
      "0.38 %",
      "12 %",
      "12 %",
      "0 %",
    ]);
  });
});
