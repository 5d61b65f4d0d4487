import { maySend, waitMs } from "../token-bucket.ts";
import { type Allowances, type GateAnswer, hold, type MessageFacts, PASS } from "./gate.ts";
import { isWarm, suits } from "./sender.ts";

/**
 * Obeys the carrier's throughput, counted in segments per second per number, and the tenant's own, so that the
 * backlog stays in our queue, where a pause, a STOP and the night still reach it. Waits until the first suitable
 * number and the tenant both have a token again.
 */
export function rate(
  facts: Pick<MessageFacts, "phone" | "offersWayOut">,
  now: Date,
  { senders, tenantTokens, tenantSegmentsPerSecond }: Omit<Allowances, "budget">,
): GateAnswer {
  let senderWaitMs = Number.POSITIVE_INFINITY;
  for (const candidate of senders) {
    if (!suits(candidate, facts) || !isWarm(candidate)) continue;
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
