import weights from "../data/listener-weights.json" with { type: "json" };
import { rolesInBestLanguage } from "../grammar.ts";
import { COURTEOUS_WORDS, LEXICON } from "../languages.ts";
import type { Tokens } from "../tokens.ts";
import { featuresOf } from "./features.ts";

/** The levels of a weight, lowest first: one sign for each bucket. */
export const LEVELS =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+,-./:;<=>?@[]^_`{|}~";
/** The level of the weight zero. */
export const ZERO = (LEVELS.length - 1) / 2;

/**
 * How sure the listener must be before a person is asked. Chosen on sets of replies that were left out of the training,
 * with the grammar of the day before each was mended: it then asks about 2.5 in 100 innocent replies more.
 */
const ASKS_FROM = 0.05;
/** How sure it must be that a request is none. In the same trial 2 in 100 true ones sounded so, and 3 of 10 false ones. */
const DOUBTS_BELOW = -0.37;

const LEVEL_OF = new Map([...LEVELS].map((sign, level) => [sign, level - ZERO]));
const BY_BUCKET = Float64Array.from(weights.buckets, (sign) => LEVEL_OF.get(sign)! * weights.step);

/** Returns what the listener hears in a text. */
export const heardIn = (tokens: Tokens): readonly number[] =>
  featuresOf(
    tokens,
    rolesInBestLanguage(tokens, LEXICON, (word) => COURTEOUS_WORDS.has(word)),
  );

/**
 * Returns whether a text sounds like an opt-out or a complaint. The listener is a linear model that was trained on the
 * labelled replies. It knows no rule, so it only ever asks a person: it opts nobody out, and nobody in.
 */
export const soundsLikeOptOut = (tokens: Tokens): boolean => soundOf(tokens) >= ASKS_FROM;

/** Returns whether a text that reads like a request to stop sounds like none. Then a person decides. */
export const soundsInnocent = (tokens: Tokens): boolean => soundOf(tokens) < DOUBTS_BELOW;

function soundOf(tokens: Tokens): number {
  const heard = heardIn(tokens);
  const sum = heard.reduce((total, bucket) => total + BY_BUCKET[bucket]!, 0);
  return weights.bias + sum / Math.sqrt(heard.length);
}
