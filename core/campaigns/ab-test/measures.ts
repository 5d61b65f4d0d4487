import type { AbMeasure, VariantFigures } from "./ab-test.ts";

interface Counted {
  /** Those who did it, of `of`. */
  events: number;
  of: number;
}

interface MeasureRule {
  /** Whether the text with more of them is the better one. */
  moreIsBetter: boolean;
  counted: (figures: VariantFigures) => Counted;
  /** "gets more replies", for a sentence about the better text. */
  better: string;
}

/** Delivered is compared by what failed, which is rare: so the same number of people shows more. */
export const MEASURE_RULES: Readonly<Record<AbMeasure, MeasureRule>> = {
  replies: {
    moreIsBetter: true,
    counted: ({ replies, sent }) => ({ events: replies, of: sent }),
    better: "gets more replies",
  },
  clicks: {
    moreIsBetter: true,
    counted: ({ clicks, clickable }) => ({ events: clicks, of: clickable }),
    better: "gets more clicks",
  },
  delivered: {
    moreIsBetter: false,
    counted: ({ failures, sent }) => ({ events: failures, of: sent }),
    better: "is delivered more often",
  },
  "opt-outs": {
    moreIsBetter: false,
    counted: ({ optOuts, sent }) => ({ events: optOuts, of: sent }),
    better: "makes fewer people opt out",
  },
};
