import { spelledOut } from "../english.ts";
import { BUCKETS } from "../listener/features.ts";
import { heardIn, LEVELS, ZERO } from "../listener/listener.ts";
import { tokenise } from "../tokens.ts";
import type { LabelledReply } from "./measure-replies.ts";

/** Weights as they are stored: one sign for each bucket, which stands for a multiple of `step`. */
interface StoredModel {
  bias: number;
  step: number;
  buckets: string;
}

export interface Lesson {
  replies: readonly LabelledReply[];
  /** How much its replies count. */
  weight: number;
}

/** The two models of `Sound`. */
interface StoredWeights {
  heard: StoredModel;
  optOut: StoredModel;
}

type Side = 1 | 0 | -1;
/** What a person should hear of. */
const HEARD: readonly string[] = ["opt-out", "either", "partial", "person"];
const heardSide = ({ right }: LabelledReply): Side => (HEARD.includes(right) ? 1 : -1);
/** What may be an opt-out or not teaches nothing about opt-outs. */
const optOutSide = ({ right }: LabelledReply): Side =>
  right === "opt-out" ? 1 : right === "either" ? 0 : -1;

/**
 * Of what a person should hear of, each counts less than an innocent reply, because the sets hold more of them than an
 * inbox. A wrong opt-out is as bad as an unheard one, which a person is still asked about.
 */
const HEARD_WEIGHT = 0.5;
const OPT_OUT_WEIGHT = 1;
/** How much mistakes count against small weights. */
const COST = 2;
const ROUNDS = 15;

interface Example {
  heard: readonly number[];
  side: 1 | -1;
  /** The smaller, the more the example counts. */
  slack: number;
  /** What one feature adds. */
  unit: number;
}

/**
 * Trains the second listener: a linear support vector machine (squared hinge loss, dual coordinate descent of Hsieh et
 * al., 2008). It uses only sums, products, quotients and square roots, which every machine computes alike, and shuffles
 * by a fixed sequence. So the same replies and words give the same weights everywhere.
 */
export const trainListener = (lessons: readonly Lesson[]): StoredWeights => ({
  heard: trainModel(lessons, heardSide, HEARD_WEIGHT),
  optOut: trainModel(lessons, optOutSide, OPT_OUT_WEIGHT),
});

function trainModel(
  lessons: readonly Lesson[],
  sideOf: (reply: LabelledReply) => Side,
  sideWeight: number,
): StoredModel {
  const examples = lessons.flatMap(({ replies, weight }) =>
    replies.flatMap((reply) => {
      const side = sideOf(reply);
      return side === 0 ? [] : [exampleOf(reply, side, side === 1 ? weight * sideWeight : weight)];
    }),
  );
  const weights = new Float64Array(BUCKETS);
  const alphas = new Float64Array(examples.length);
  const order = examples.map((_, at) => at);
  const random = numbers();
  let bias = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    shuffle(order, random);
    for (const at of order) {
      const { heard, side, slack, unit } = examples[at]!;
      let score = bias;
      for (const bucket of heard) score += weights[bucket]! * unit;
      const before = alphas[at]!;
      alphas[at] = Math.max(0, before - (side * score - 1 + before * slack) / (2 + slack));
      const change = (alphas[at]! - before) * side;
      bias += change;
      for (const bucket of heard) weights[bucket]! += change * unit;
    }
  }
  return stored(weights, bias);
}

function exampleOf({ text }: LabelledReply, side: 1 | -1, weight: number): Example {
  const heard = heardIn(tokenise(spelledOut(text)));
  return { heard, side, slack: 1 / (2 * COST * weight), unit: 1 / Math.sqrt(heard.length) };
}

/** Numbers that look random, the same each time (a linear congruential generator, Numerical Recipes). */
function numbers(): () => number {
  let last = 1;
  return () => {
    last = (Math.imul(last, 1_664_525) + 1_013_904_223) >>> 0;
    return last;
  };
}

function shuffle(order: number[], random: () => number): void {
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = random() % (at + 1);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
}

/** Rounds weights to the levels. */
function stored(weights: Float64Array, bias: number): StoredModel {
  const step = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / ZERO;
  const buckets = Array.from(weights, (weight) => LEVELS[ZERO + Math.round(weight / step)]).join("");
  return { bias, step, buckets };
}
