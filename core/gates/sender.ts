import { maySend } from "../send/token-bucket.ts";
import {
  type Allowances,
  type GateAnswer,
  hold,
  holdAndRecheck,
  type MessageFacts,
  PASS,
  type SenderAllowance,
} from "./gate.ts";

const RECHECK_MINUTES = 5;

/**
 * Obeys the carriers' rule that a text comes from a number for its country, and the warm-up, without which a new
 * number looks like spam. Without a number someone must add one: the next check is in five minutes. If all numbers
 * have used up their warm-up, the message waits until the first may send again.
 */
export function sender(
  facts: Pick<MessageFacts, "phone" | "offersOptOutMethod">,
  now: Date,
  { senders }: Pick<Allowances, "senders">,
): GateAnswer {
  const { phone } = facts;
  let resetsAt: Date | null = null;
  for (const candidate of senders) {
    if (!canSendFrom(candidate, facts)) continue;
    if (hasWarmUpLeft(candidate)) return PASS;
    if (resetsAt === null || candidate.warmUpResetsAt < resetsAt) resetsAt = candidate.warmUpResetsAt;
  }
  const evidence = {
    country: phone.country,
    senders: senders.length,
    ...missingOptOutMethod(facts, senders),
  };
  if (resetsAt === null) return holdAndRecheck("No sender", RECHECK_MINUTES, now, evidence);
  return hold("Warm-up", resetsAt, now, evidence);
}

/**
 * Returns the sender of this message: the person's sticky sender while it may send, or the one with the most tokens
 * (the first of equals). Null if none may send now.
 */
export function chooseSender(
  facts: Pick<MessageFacts, "phone" | "stickySenderId" | "offersOptOutMethod">,
  allowances: Pick<Allowances, "senders" | "stickySenderId">,
): SenderAllowance | null {
  const stickyId = facts.stickySenderId ?? allowances.stickySenderId;
  let best: SenderAllowance | null = null;
  for (const candidate of allowances.senders) {
    if (!canSendFrom(candidate, facts) || !hasWarmUpLeft(candidate) || !maySend(candidate.tokens)) continue;
    if (candidate.id === stickyId) return candidate;
    if (best === null || candidate.tokens > best.tokens) best = candidate;
  }
  return best;
}

/**
 * Whether a text may go from this sender: only to its own country, and from a name only if the text offers an opt-out
 * method other than a reply. Spam Act 2003 (AU) s 18; PECR (GB) reg. 22.
 */
export function canSendFrom(
  { country, oneWay = false }: SenderAllowance,
  { phone, offersOptOutMethod = false }: Pick<MessageFacts, "phone" | "offersOptOutMethod">,
): boolean {
  return country === phone.country && (!oneWay || offersOptOutMethod);
}

/** Reported separately, because another number is not the only remedy. */
function missingOptOutMethod(
  { phone, offersOptOutMethod = false }: Pick<MessageFacts, "phone" | "offersOptOutMethod">,
  senders: readonly SenderAllowance[],
): { needsWayOut?: true } {
  const names = senders.some(({ country, oneWay }) => country === phone.country && oneWay);
  return names && !offersOptOutMethod ? { needsWayOut: true } : {};
}

/** Whether the number has warm-up allowance left today. */
export function hasWarmUpLeft({ warmUpLeft }: Pick<SenderAllowance, "warmUpLeft">): boolean {
  return warmUpLeft === null || warmUpLeft >= 1;
}
