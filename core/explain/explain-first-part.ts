import { goFirst, goIntoTest, haveGone, likeOthers } from "../campaigns/first-part/words.ts";
import type { Evidence } from "../gates/gate.ts";
import { type Clocks, spokenTime } from "./spoken-time.ts";

/**
 * Says what a message of the rest waits for. The evidence is the first part as it is when the message is read: its state, how
 * many go first and wait, and when it is decided.
 */
export function firstPartSentence(evidence: Evidence, clocks: Clocks): string {
  const { step, state, size, rest, watchMinutes, decideAt, sentence } = evidence;
  const others = likeOthers(Number(rest));
  if (step === "test") return abTestSentence(evidence, others, clocks);
  if (state === "sending" || state === "waiting")
    return `Held: waits for the first part${others}. ${goFirst(Number(size), Number(watchMinutes))}.`;
  if (state === "watching" && typeof decideAt === "string")
    return `Held: waits for the first part until ${spokenTime(new Date(decideAt), clocks.viewerZone, clocks)} your time${others}. ${haveGone(Number(size))}.`;
  if (state === "held" && typeof sentence === "string") return `Held: ${sentence}`;
  if (state === "open") return "Held: waited for the first part, and goes shortly.";
  return "Held: waits for the first part of its campaign.";
}

/** The same for a message that waits until a text of an A/B test is chosen. */
function abTestSentence(
  { state, size, watchMinutes, decideAt, sentence }: Evidence,
  others: string,
  clocks: Clocks,
): string {
  if (state === "sending" || state === "waiting")
    return `Held: waits for the A/B test${others}. ${goIntoTest(Number(size), Number(watchMinutes))}.`;
  if (state === "watching" && typeof decideAt === "string")
    return `Held: waits for the A/B test until ${spokenTime(new Date(decideAt), clocks.viewerZone, clocks)} your time${others}.`;
  if (state === "held" && typeof sentence === "string") return `Held: ${sentence}`;
  return "Held: waited for the A/B test, and goes shortly.";
}
