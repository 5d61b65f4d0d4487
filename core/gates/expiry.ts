import { drop, type GateAnswer, type MessageFacts, PASS } from "./gate.ts";

/**
 * Obeys the promise to the author of a campaign: a text that came too late ("sale ends today") does not go at
 * all. Its last moment is just before `expiresAt`. A hold that ends only then is refused at once, see `evaluate`.
 */
export function expiry({ expiry }: Pick<MessageFacts, "expiry">, now: Date): GateAnswer {
  const { expiresAt } = expiry;
  if (expiresAt === null || now < expiresAt) return PASS;
  return drop("Expired", { expiresAt: expiresAt.toISOString() });
}
