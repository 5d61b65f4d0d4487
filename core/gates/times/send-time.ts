import { drop, type GateAnswer, hold, type MessageFacts, PASS } from "../gate.ts";
import { firstPart } from "./first-part.ts";

/**
 * Keeps the promise to the author of a campaign that it goes at a time by each recipient's own clock. Where that time had
 * passed at the launch, the author chose what happens: the next day, not at all, or at once. The other gates still decide
 * at the time itself: quiet hours, budget and pauses are never passed because of it. The rest of a campaign that goes to a
 * first part waits for that before.
 */
export function sendTime(
  facts: Pick<MessageFacts, "sendTime" | "firstPart" | "abTest">,
  now: Date,
): GateAnswer {
  const waits = firstPart(facts, now);
  if (waits.kind === "hold") return waits;
  const { sendTime } = facts;
  if (!sendTime) return PASS;
  const { wanted, at, zone, zones, hasPassed } = sendTime;
  const evidence = { zone, zones, wantedTime: wanted.time, wantedDay: wanted.date, hasPassed };
  if (hasPassed && wanted.passed === "skip") return drop("Send time passed", evidence);
  return now >= at ? PASS : hold("Send time", at, now, evidence);
}
