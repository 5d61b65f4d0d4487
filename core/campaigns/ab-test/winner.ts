import type { AbMeasure, VariantFigures } from "./ab-test.ts";
import { MEASURE_RULES } from "./measures.ts";
import { differ, logEvidence } from "./sequential.ts";

/**
 * The probability that a text is ever chosen although another is as good or better. A false choice beats the best text, of
 * which there are `variants − 1` comparisons, so each gets its share (Bonferroni).
 */
const WINNER_ALPHA = 0.05;
/** Fewer messages of a text than this show nothing, whatever happened to them. */
export const SENT_MIN = 20;

/** Whether text `a` is clearly better than `b` by the measure. */
function beats(a: VariantFigures, b: VariantFigures, measure: AbMeasure, alpha: number): boolean {
  const { counted: countOf, moreIsBetter } = MEASURE_RULES[measure];
  const [one, other] = [countOf(a), countOf(b)];
  if (one.of < SENT_MIN || other.of < SENT_MIN) return false;
  const isMore = one.events / one.of > other.events / other.of;
  return isMore === moreIsBetter && differ(logEvidence(one.events, one.of, other.events, other.of), alpha);
}

/** Returns the text that is clearly better than each of the others, or null. Right however often it is asked. */
export function clearWinner(
  figures: readonly VariantFigures[],
  measure: AbMeasure,
  stopped: readonly number[] = [],
): number | null {
  const running = figures.filter(({ variant }) => !stopped.includes(variant));
  if (running.length < 2) return null;
  const alpha = WINNER_ALPHA / (figures.length - 1);
  const best = running.find((one) =>
    running.every((other) => other === one || beats(one, other, measure, alpha)),
  );
  return best?.variant ?? null;
}
