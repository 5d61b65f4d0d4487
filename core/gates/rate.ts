import { maySend, waitMs } from "../send/token-bucket.ts";
import { type Allowances, type GateAnswer, hold, holdAndRecheck, type MessageFacts, PASS } from "./gate.ts";
import { canSendFrom, hasWarmUpLeft } from "./sender.ts";

const INBOX_RECHECK_MINUTES = 1;

/**
 * Obeys the throughput of each number and of the tenant, in segments per second. So the backlog stays in our queue,
 * where a pause, a STOP and quiet hours still apply. Holds until the first usable number and the tenant both have a
 * token again. And the pace of the people who answer: marketing waits while more conversations are open than the team
 * takes.
 */
export function rate(
  facts: Pick<MessageFacts, "phone" | "purpose" | "offersOptOutMethod" | "textFaults" | "inboxFull">,
  now: Date,
  { senders, tenantTokens, tenantSegmentsPerSecond }: Omit<Allowances, "budget">,
): GateAnswer {
  if (facts.inboxFull) return holdAndRecheck("Inbox full", INBOX_RECHECK_MINUTES, now, facts.inboxFull);
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
