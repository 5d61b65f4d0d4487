import { goFirst, haveGone, likeOthers } from "../campaigns/first-part/words.ts";
import type { Evidence } from "../gates/gate.ts";
import { type Clocks, spokenTime } from "./spoken-time.ts";

/**
 * Says what a message of the rest waits for. The evidence is the first part as it is when the message is read: its state, how
 * many go first and wait, and when it is decided.
 */
export function firstPartSentence(evidence: Evidence, clocks: Clocks): string {
  const { state, size, rest, watchMinutes, decideAt, sentence } = evidence;
  const others = likeOthers(Number(rest));
  if (state === "sending" || state === "waiting")
    return `Held: waits for the first part${others}. ${goFirst(Number(size), Number(watchMinutes))}.`;
  if (state === "watching" && typeof decideAt === "string")
    return `Held: waits for the first part until ${spokenTime(new Date(decideAt), clocks.viewerZone, clocks)} your time${others}. ${haveGone(Number(size))}.`;
  if (state === "held" && typeof sentence === "string") return `Held: ${sentence}`;
  if (state === "open") return "Held: waited for the first part, and goes shortly.";
  return "Held: waits for the first part of its campaign.";
}
