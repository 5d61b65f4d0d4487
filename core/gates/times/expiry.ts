import { drop, type GateAnswer, type MessageFacts, PASS } from "../gate.ts";

/**
 * Obeys the promise to the author of a campaign: a text that is too late ("sale ends today") is not sent. It may go
 * until just before `expiresAt`. A hold that ends later than that is refused at once, see `evaluate`.
 */
export function expiry({ expiry }: Pick<MessageFacts, "expiry">, now: Date): GateAnswer {
  const { expiresAt } = expiry;
  if (expiresAt === null || now < expiresAt) return PASS;
  return drop("Expired", { expiresAt: expiresAt.toISOString() });
}
