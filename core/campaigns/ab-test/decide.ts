import { count, counted } from "../../text/counted.ts";
import { percentWords } from "../first-part/canary.ts";
import { type AbMeasure, type AbPlan, type VariantFigures, variantName } from "./ab-test.ts";
import { MEASURE_RULES } from "./measures.ts";
import { differ, logEvidence, shareInterval } from "./sequential.ts";
import { clearWinner, SENT_MIN } from "./winner.ts";

/** The probability that a text is ever stopped although it is no worse than the others: for all texts and both guards. */
const GUARD_ALPHA = 0.02;
/** What the intervals of the shares miss at most. */
const INTERVAL_ALPHA = 0.05;

/** What is watched whatever the texts are compared by. */
const GUARDS = [
  { name: "opt-outs", events: ({ optOuts }: VariantFigures) => optOuts, words: "opted out" },
  { name: "failures", events: ({ failures }: VariantFigures) => failures, words: "failed" },
] as const;

/** A text's share of the measure, as it is shown: for delivered, the share that did not fail. */
export interface VariantShare {
  variant: number;
  events: number;
  of: number;
  share: number;
  low: number;
  high: number;
}

/** Returns each text's share with its interval. */
export function sharesOf(figures: readonly VariantFigures[], measure: AbMeasure): VariantShare[] {
  const { counted: countOf } = MEASURE_RULES[measure];
  return figures.map((each) => {
    const { events, of } = countOf(each);
    const { low, high } = shareInterval(events, of, INTERVAL_ALPHA);
    const share = of === 0 ? 0 : events / of;
    const { variant } = each;
    if (measure !== "delivered") return { variant, events, of, share, low, high };
    return {
      variant,
      ...{ events: of - events, of, share: of === 0 ? 0 : 1 - share, low: 1 - high, high: 1 - low },
    };
  });
}

export interface StoppedText {
  variant: number;
  /** What was seen, for the team. */
  sentence: string;
}

/**
 * Returns the texts that are clearly worse than the others taken together, by opt-outs or failures. They are sent to nobody
 * else. Right however often it is asked. Those in `stopped` are known, and are not compared with.
 */
export function textsToStop(figures: readonly VariantFigures[], stopped: readonly number[]): StoppedText[] {
  const alpha = GUARD_ALPHA / (GUARDS.length * Math.max(1, figures.length));
  const running = figures.filter(({ variant }) => !stopped.includes(variant));
  return running.flatMap((one) => {
    const others = running.filter((other) => other !== one);
    const sent = others.reduce((sum, other) => sum + other.sent, 0);
    if (one.sent < SENT_MIN || sent < SENT_MIN) return [];
    for (const { events, words } of GUARDS) {
      const own = events(one);
      const theirs = others.reduce((sum, other) => sum + events(other), 0);
      if (own / one.sent <= theirs / sent || !differ(logEvidence(own, one.sent, theirs, sent), alpha))
        continue;
      return [
        {
          variant: one.variant,
          sentence: `Text ${variantName(one.variant)} is stopped: ${count(own)} of ${count(one.sent)} ${words} (${percentWords(own / one.sent)}), of the others ${percentWords(theirs / sent)}.`,
        },
      ];
    }
    return [];
  });
}

export type AbAnswer =
  | { kind: "choose"; variant: number; sentence: string }
  | { kind: "hold"; sentence: string };

/**
 * Decides at the end of the time which text the rest gets. Held: a person chooses, because the author wanted it, too little is
 * known, or no text is clearly better and the author named no default.
 */
export function decideTest(
  plan: AbPlan,
  figures: readonly VariantFigures[],
  stopped: readonly number[],
): AbAnswer {
  const running = figures.filter(({ variant }) => !stopped.includes(variant));
  const few = running.find(({ sent }) => sent < SENT_MIN);
  if (few)
    return held(
      `Text ${variantName(few.variant)} was sent to only ${counted(few.sent, "contact")}, too few to judge by`,
    );
  if (figures.every(({ reported }) => reported === 0))
    return held("No delivery report has come for any message, so nothing can be judged");
  const seen = standing(figures, plan.measure, stopped);
  if (plan.choice === "hand") return held(seen);
  const winner = clearWinner(figures, plan.measure, stopped);
  if (winner !== null) return choose(winner, seen);
  const [only, ...more] = running;
  if (only && more.length === 0) return choose(only.variant, `All other texts were stopped`);
  if (plan.unclear === "hold") return held(seen);
  if (stopped.includes(plan.defaultVariant))
    return held(`${seen}, and the default, text ${variantName(plan.defaultVariant)}, was stopped`);
  return choose(plan.defaultVariant, `${seen}, so it is the default`);
}

const held = (why: string): AbAnswer => ({ kind: "hold", sentence: `${why}: held until somebody chooses.` });
const choose = (variant: number, why: string): AbAnswer => ({
  kind: "choose",
  variant,
  sentence: `${why}. The rest gets text ${variantName(variant)}.`,
});

/** Says how the texts stand: "B gets more replies (8 % against 4 %), and the difference is clear". */
export function standing(
  figures: readonly VariantFigures[],
  measure: AbMeasure,
  stopped: readonly number[],
): string {
  const { better, moreIsBetter } = MEASURE_RULES[measure];
  const running = sharesOf(
    figures.filter(({ variant }) => !stopped.includes(variant)),
    measure,
  );
  // As they are shown: of delivered, more is better.
  const isMore = moreIsBetter || measure === "delivered";
  const ranked = [...running].sort((a, b) => (isMore ? b.share - a.share : a.share - b.share));
  const [first, second] = ranked;
  if (!first || !second) return "Only one text is left";
  if (first.share === second.share) return `No text ${better} than another`;
  const clear = clearWinner(figures, measure, stopped) === first.variant;
  const shares = `${percentWords(first.share)} against ${percentWords(second.share)}`;
  return `Text ${variantName(first.variant)} ${better} (${shares}), ${clear ? "and the difference is clear" : "but the difference may be chance"}`;
}

/** Why a test that can't go in time is held. */
export const testNotSentInTime = (left: number, size: number): string =>
  `${counted(left, "message")} of the ${count(size)} of the test could not go in time: held until somebody chooses.`;

/** Why nobody waits for a test: all are in it. */
export const nobodyWaits = (seen: string): string =>
  `${seen}. All recipients were in the test, so nobody waits.`;
