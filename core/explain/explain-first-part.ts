import type { Evidence } from "../gates/gate.ts";
import { count, counted } from "../text/counted.ts";
import { type Clocks, spokenTime } from "./spoken-time.ts";

/**
 * Says what a message of the rest waits for. The evidence is the first part as it is when the message is read: its state, how
 * many go first and wait, and when it is decided.
 */
export function firstPartSentence(evidence: Evidence, clocks: Clocks): string {
  const { state, size, rest, watchMinutes, decideAt, sentence } = evidence;
  const others = typeof rest === "number" && rest > 1 ? `, like ${counted(rest - 1, "other")}` : "";
  if (state === "sending" || state === "waiting")
    return `Held: waits for the first part${others}. ${count(Number(size))} go first and are watched for ${counted(Number(watchMinutes), "minute")}.`;
  if (state === "watching" && typeof decideAt === "string")
    return `Held: waits for the first part until ${spokenTime(new Date(decideAt), clocks.viewerZone, clocks)} your time${others}. The first ${count(Number(size))} have gone and are watched.`;
  if (state === "held" && typeof sentence === "string") return `Held: ${sentence}`;
  if (state === "open") return "Held: waited for the first part, and goes shortly.";
  return "Held: waits for the first part of its campaign.";
}
