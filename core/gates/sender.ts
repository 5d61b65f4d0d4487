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
  facts: Pick<MessageFacts, "phone" | "offersWayOut">,
  now: Date,
  { senders }: Pick<Allowances, "senders">,
): GateAnswer {
  const { phone } = facts;
  let resetsAt: Date | null = null;
  for (const candidate of senders) {
    if (!suits(candidate, facts)) continue;
    if (isWarm(candidate)) return PASS;
    if (resetsAt === null || candidate.warmUpResetsAt < resetsAt) resetsAt = candidate.warmUpResetsAt;
  }
  const looked = { country: phone.country, senders: senders.length, ...needsWayOut(facts, senders) };
  if (resetsAt === null) return holdAndRecheck("No sender", RECHECK_MINUTES, now, looked);
  return hold("Warm-up", resetsAt, now, looked);
}

/**
 * The number this message goes from: the one the person knows while it may send, else the one with most tokens,
 * the first of equals. Null when none may send this instant.
 */
export function chooseSender(
  facts: Pick<MessageFacts, "phone" | "stickySenderId" | "offersWayOut">,
  allowances: Pick<Allowances, "senders" | "stickySenderId">,
): SenderAllowance | null {
  const stickyId = facts.stickySenderId ?? allowances.stickySenderId;
  let best: SenderAllowance | null = null;
  for (const candidate of allowances.senders) {
    if (!suits(candidate, facts) || !isWarm(candidate) || !maySend(candidate.tokens)) continue;
    if (candidate.id === stickyId) return candidate;
    if (best === null || candidate.tokens > best.tokens) best = candidate;
  }
  return best;
}

/**
 * Whether a text may go from it at all: to its own country, and from a name only where people find another way out in
 * the text than to reply. Spam Act 2003 (AU) s 18; PECR (GB) reg. 22.
 */
export function suits(
  { country, oneWay = false }: SenderAllowance,
  { phone, offersWayOut = false }: Pick<MessageFacts, "phone" | "offersWayOut">,
): boolean {
  return country === phone.country && (!oneWay || offersWayOut);
}

/** Told apart, because another number is not the only remedy. */
function needsWayOut(
  { phone, offersWayOut = false }: Pick<MessageFacts, "phone" | "offersWayOut">,
  senders: readonly SenderAllowance[],
): { needsWayOut?: true } {
  const names = senders.some(({ country, oneWay }) => country === phone.country && oneWay);
  return names && !offersWayOut ? { needsWayOut: true } : {};
}

/** Whether the number has any of its warm-up allowance left today. */
export function isWarm({ warmUpLeft }: Pick<SenderAllowance, "warmUpLeft">): boolean {
  return warmUpLeft === null || warmUpLeft >= 1;
}
