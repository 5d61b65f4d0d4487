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

/** What the rules read, where the listener has a say. See `SaidKind`. */
export type ReadKind = "phrased" | "requested" | "ask-a-person" | "doubtful" | "innocent" | "none";
type Decided = "opt-out" | "ask-a-person" | "none";

/**
 * How a text sounds. Above zero: more like what a person should hear of (`heard`), or like an opt-out (`optOut`), than
 * like anything else.
 */
export interface Sound {
  heard: number;
  optOut: number;
}

/**
 * The limits of a sound. Chosen by cross-validation: each set was left out of the training in turn, so that no plain
 * opt-out is missed and few innocent replies are asked about.
 */
const LIMITS = {
  /** English words that the rules doubt are an opt-out from here on, */
  optsOutDoubtful: 0.3,
  /** and those in which they read nothing from here on. */
  optsOutUnread: 0.5,
  /** words of other languages, which the rules doubt, from here on. */
  optsOutOther: 0.6,
  /** Where the rules read nothing, a person is asked from here on, */
  asksOptOut: 0,
  asksHeard: 0.4,
  /** or already from here on, unless it sounds unlike an opt-out. */
  asksHeardNear: 0,
  unlikeOptOut: -1,
  /** The same where they read only innocent words ("this stop"): both models must hear it. */
  asksInnocent: 0.7,
  /** Below this an opt-out that no keyword makes is asked about. */
  doubtsBelow: -0.8,
  /** Below both, what the rules doubt is an ordinary reply. */
  quietHeard: -0.7,
  quietOptOut: -0.8,
};

/** What the listener may do beside asking a person, told only when it matters. */
export interface Allowed {
  /** Whether it may opt the writer out in English, */
  optOut: () => boolean;
  /** and in another language. */
  otherLanguage: () => boolean;
  /** Whether it may take a doubtful text for an ordinary one. */
  ordinary: () => boolean;
}

/** Returns what to do about what the rules have read. */
export function decide(kind: ReadKind, { heard, optOut }: Sound, may: Allowed): Decided {
  if (kind === "phrased" || kind === "requested")
    return optOut < LIMITS.doubtsBelow ? "ask-a-person" : "opt-out";
  if (kind === "ask-a-person") return kind;
  if (kind === "innocent") return Math.min(heard, optOut) >= LIMITS.asksInnocent ? "ask-a-person" : "none";
  if (optOut >= (kind === "none" ? LIMITS.optsOutUnread : LIMITS.optsOutDoubtful) && may.optOut())
    return "opt-out";
  if (kind === "doubtful" && optOut >= LIMITS.optsOutOther && may.otherLanguage()) return "opt-out";
  if (kind === "none") return isAsked(heard, optOut) ? "ask-a-person" : "none";
  const isQuiet = heard < LIMITS.quietHeard && optOut < LIMITS.quietOptOut;
  return isQuiet && may.ordinary() ? "none" : "ask-a-person";
}

const isAsked = (heard: number, optOut: number) =>
  optOut >= LIMITS.asksOptOut ||
  heard >= (optOut < LIMITS.unlikeOptOut ? LIMITS.asksHeard : LIMITS.asksHeardNear);

const LEVEL_OF = new Map([...LEVELS].map((sign, level) => [sign, level - ZERO]));
const weightsOf = ({ buckets, step }: { buckets: string; step: number }) =>
  Float64Array.from(buckets, (sign) => LEVEL_OF.get(sign)! * step);
const HEARD = weightsOf(weights.heard);
const OPT_OUT = weightsOf(weights.optOut);

/** Returns what the listener hears in a text. */
export const heardIn = (tokens: Tokens): readonly number[] =>
  featuresOf(
    tokens,
    rolesInBestLanguage(tokens, LEXICON, (word) => COURTEOUS_WORDS.has(word)),
  );

/** Returns how a text sounds, by two linear models that were trained on the labelled replies. */
export function soundOf(tokens: Tokens): Sound {
  const buckets = heardIn(tokens);
  let [heard, optOut] = [0, 0];
  for (const bucket of buckets) {
    heard += HEARD[bucket]!;
    optOut += OPT_OUT[bucket]!;
  }
  const size = Math.sqrt(buckets.length);
  return { heard: weights.heard.bias + heard / size, optOut: weights.optOut.bias + optOut / size };
}
