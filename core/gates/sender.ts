import { maySend } from "../token-bucket.ts";
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
 * Obeys the carriers' rule that a text comes from a number fit for the country, and the warm-up that keeps a new
 * number from being taken for spam. Without a number somebody has to add one: looked at again in five minutes.
 * With all numbers used up for today, the message waits until the first of them may send again.
 */
export function sender(
  { phone }: Pick<MessageFacts, "phone">,
  now: Date,
  { senders }: Pick<Allowances, "senders">,
): GateAnswer {
  let resetsAt: Date | null = null;
  for (const candidate of senders) {
    if (candidate.country !== phone.country) continue;
    if (isWarm(candidate)) return PASS;
    if (resetsAt === null || candidate.warmUpResetsAt < resetsAt) resetsAt = candidate.warmUpResetsAt;
  }
  const looked = { country: phone.country, senders: senders.length };
  if (resetsAt === null) return holdAndRecheck("No sender", RECHECK_MINUTES, now, looked);
  return hold("Warm-up", resetsAt, now, looked);
}

/**
 * The number this message goes from: the one the person knows while it may send, else the one with most tokens,
 * the first of equals. Null when none may send this instant.
 */
export function chooseSender(
  { phone, stickySenderId }: Pick<MessageFacts, "phone" | "stickySenderId">,
  allowances: Pick<Allowances, "senders" | "stickySenderId">,
): SenderAllowance | null {
  const stickyId = stickySenderId ?? allowances.stickySenderId;
  let best: SenderAllowance | null = null;
  for (const candidate of allowances.senders) {
    if (candidate.country !== phone.country || !isWarm(candidate) || !maySend(candidate.tokens)) continue;
    if (candidate.id === stickyId) return candidate;
    if (best === null || candidate.tokens > best.tokens) best = candidate;
  }
  return best;
}

/** Whether the number has any of its warm-up allowance left today. */
export function isWarm({ warmUpLeft }: Pick<SenderAllowance, "warmUpLeft">): boolean {
  return warmUpLeft === null || warmUpLeft >= 1;
}
