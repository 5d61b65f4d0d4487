import { drop, type GateAnswer, hold, type MessageFacts, PASS } from "../gate.ts";

/**
 * Keeps the promise to the author of a campaign that it goes at a time by each recipient's own clock. Where that time had
 * passed at the launch, the author chose what happens: the next day, not at all, or at once. The other gates still decide
 * at the time itself: quiet hours, budget and pauses are never passed because of it.
 */
export function sendTime({ sendTime }: Pick<MessageFacts, "sendTime">, now: Date): GateAnswer {
  if (!sendTime) return PASS;
  const { wanted, at, zone, zones, hasPassed } = sendTime;
  const evidence = { zone, zones, wantedTime: wanted.time, wantedDay: wanted.date, hasPassed };
  if (hasPassed && wanted.passed === "skip") return drop("Send time passed", evidence);
  return now >= at ? PASS : hold("Send time", at, now, evidence);
}
