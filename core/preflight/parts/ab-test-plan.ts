import { type AbPlan, testSize } from "../../campaigns/ab-test/ab-test.ts";
import type { CostRange } from "../forecast-result.ts";

/** What one text would do to the whole audience. */
export interface PricedText {
  variant: number;
  /** If everybody got it. */
  costMicros: number;
  segments: number;
  /** Whom its text alone refuses, such as for a value that is missing. */
  refused: number;
}

/** What a preflight says about an A/B test. */
export interface AbTestPlan {
  /** How many are in it, and how many wait for the choice. */
  size: number;
  rest: number;
  plan: AbPlan;
  texts: PricedText[];
  /** When a text is chosen at the earliest, by the forecast; null: not known. */
  decideAt: Date | null;
}

/** Says who is in the test, and what each text costs. */
export function abTestPlan(
  audience: number,
  plan: AbPlan,
  texts: PricedText[],
  decideAt: Date | null,
): AbTestPlan {
  const size = testSize(audience, plan, texts.length);
  return { size, rest: audience - size, plan, texts, decideAt };
}

/**
 * Returns what the campaign costs: in the test each text goes to its share, and the rest gets the cheapest, the usual or the
 * dearest of them. `low` also leaves out recipients whom the forecast does not reach in time.
 */
export function abTestCost({ size, rest, texts }: AbTestPlan, cost: CostRange): CostRange {
  const all = texts.map(({ costMicros }) => costMicros);
  const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
  const share = size / Math.max(1, size + rest);
  const withRest = (each: number) => Math.round(mean * share + each * (1 - share));
  const missed = cost.likelyMicros - cost.lowMicros;
  return {
    lowMicros: Math.max(0, withRest(Math.min(...all)) - missed),
    likelyMicros: withRest(mean),
    highMicros: withRest(Math.max(...all)),
  };
}
