import { maySend, waitMs } from "../send/token-bucket.ts";
import { type Allowances, type GateAnswer, hold, type MessageFacts, PASS } from "./gate.ts";
import { canSendFrom, hasWarmUpLeft } from "./sender.ts";

/**
 * Obeys the throughput of each number and of the tenant, in segments per second. So the backlog stays in our queue,
 * where a pause, a STOP and quiet hours still apply. Holds until the first usable number and the tenant both have a
 * token again.
 */
export function rate(
  facts: Pick<MessageFacts, "phone" | "purpose" | "offersOptOutMethod" | "textFaults">,
  now: Date,
  { senders, tenantTokens, tenantSegmentsPerSecond }: Omit<Allowances, "budget">,
): GateAnswer {
  let senderWaitMs = Number.POSITIVE_INFINITY;
  for (const candidate of senders) {
    if (!canSendFrom(candidate, facts) || !hasWarmUpLeft(candidate)) continue;
    senderWaitMs = Math.min(senderWaitMs, waitMs(candidate.tokens, candidate.segmentsPerSecond));
    if (senderWaitMs === 0) break;
  }
  if (senderWaitMs === 0 && maySend(tenantTokens)) return PASS;
  const tenantWaitMs = waitMs(tenantTokens, tenantSegmentsPerSecond);
  return hold("Rate limit", new Date(now.getTime() + Math.max(senderWaitMs, tenantWaitMs)), now, {
    limit: tenantWaitMs > senderWaitMs ? "tenant" : "sender",
    tenantTokens,
  });
}
