import { DRAW_MAX } from "../../campaigns/first-part/first-part.ts";
import { type GateAnswer, holdAndRecheck, type MessageFacts, PASS } from "../gate.ts";

const CHECK_AGAIN_MINUTES = 15;

/**
 * Holds the rest of a campaign until its first part is decided about, and until a text of its A/B test is chosen.
 * `openDraws` null: the first part is not chosen yet. A message without a draw is not in it. A hold has no known end: a
 * person may decide, or the campaign expires first.
 */
export function firstPart(
  { firstPart, abTest }: Pick<MessageFacts, "firstPart" | "abTest">,
  now: Date,
): GateAnswer {
  if (!firstPart) return PASS;
  const { draw, openDraws } = firstPart;
  const isOpen = openDraws !== null && (draw ?? DRAW_MAX) <= openDraws;
  if (isOpen && abTest?.variant !== null) return PASS;
  return holdAndRecheck("First part", CHECK_AGAIN_MINUTES, now, {});
}
