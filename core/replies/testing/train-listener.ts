import { BUCKETS } from "../listener/features.ts";
import { heardIn, LEVELS, ZERO } from "../listener/listener.ts";
import { tokenise } from "../tokens.ts";
import type { LabelledReply } from "./measure-replies.ts";

/** Weights as they are stored: one sign for each bucket, which stands for a multiple of `step`. */
interface StoredWeights {
  bias: number;
  step: number;
  buckets: string;
}

export interface Lesson {
  replies: readonly LabelledReply[];
  /** How much its replies count. */
  weight: number;
}

/** What a person should hear of. */
const HEARD: readonly string[] = ["opt-out", "either", "partial", "person"];
/** An opt-out counts less than an innocent reply, because the sets hold more of them than an inbox. */
const OPT_OUT_WEIGHT = 0.5;
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
export function trainListener(lessons: readonly Lesson[]): StoredWeights {
  const examples = lessons.flatMap(({ replies, weight }) => replies.map((reply) => exampleOf(reply, weight)));
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

function exampleOf({ text, right }: LabelledReply, weight: number): Example {
  const heard = heardIn(tokenise(text));
  const side = HEARD.includes(right) ? 1 : -1;
  const counts = side === 1 ? weight * OPT_OUT_WEIGHT : weight;
  return { heard, side, slack: 1 / (2 * counts), unit: 1 / Math.sqrt(heard.length) };
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
function stored(weights: Float64Array, bias: number): StoredWeights {
  const step = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / ZERO;
  const buckets = Array.from(weights, (weight) => LEVELS[ZERO + Math.round(weight / step)]).join("");
  return { bias, step, buckets };
}
