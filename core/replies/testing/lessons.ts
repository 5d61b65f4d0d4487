import composedReplies from "../data/composed-replies.json" with { type: "json" };
import composedVariants from "../data/composed-variants.json" with { type: "json" };
import freshReplies from "../data/fresh-replies.json" with { type: "json" };
import lastReplies from "../data/last-replies.json" with { type: "json" };
import learnReplies from "../data/learn-replies.json" with { type: "json" };
import publicReplies from "../data/public-replies.json" with { type: "json" };
import sealedReplies from "../data/sealed-replies.json" with { type: "json" };
import setCReplies from "../data/set-c-replies.json" with { type: "json" };
import setDReplies from "../data/set-d-replies.json" with { type: "json" };
import setEReplies from "../data/set-e-replies.json" with { type: "json" };
import setFReplies from "../data/set-f-replies.json" with { type: "json" };
import setGReplies from "../data/set-g-replies.json" with { type: "json" };
import setHReplies from "../data/set-h-replies.json" with { type: "json" };
import setIReplies from "../data/set-i-replies.json" with { type: "json" };
import { composedLessons } from "./composed-lessons.ts";
import { isSeen, repliesOf } from "./measure-replies.ts";
import type { Lesson } from "./train-listener.ts";

/** Composed forms are many and much alike. */
const COMPOSED_WEIGHT = 0.3;
const PATTERN_WEIGHT = 0.2;

/**
 * Returns what the second listener is trained on: all sets of replies, the forms that were composed by the grammar, and the
 * sentences of `composed-lessons.ts`.
 */
export function lessons(): Lesson[] {
  const sets = [publicReplies, freshReplies, lastReplies, learnReplies, sealedReplies];
  const later = [
    setCReplies,
    setDReplies,
    setEReplies,
    setFReplies,
    setGReplies,
    setHReplies,
    composedReplies,
  ];
  return [
    ...[...sets, ...later].map((file) => ({ replies: repliesOf(file), weight: 1 })),
    // The other half is kept aside.
    { replies: repliesOf(setIReplies).filter(isSeen), weight: 1 },
    { replies: repliesOf(composedVariants), weight: COMPOSED_WEIGHT },
    { replies: composedLessons(), weight: PATTERN_WEIGHT },
  ];
}
