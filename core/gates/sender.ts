import { nearestFault, senderFault, senderRule } from "../campaigns/sender-rules.ts";
import { maySend } from "../send/token-bucket.ts";
import {
  type Allowances,
  type Evidence,
  type GateAnswer,
  hold,
  holdAndRecheck,
  type MessageFacts,
  PASS,
  type SenderAllowance,
} from "./gate.ts";

const RECHECK_MINUTES = 5;

type SenderFacts = Pick<MessageFacts, "phone" | "purpose" | "offersOptOutMethod" | "textFaults" | "book">;

/**
 * Obeys the rules for senders of the person's country (`core/data/sender-rules.json`), the carriers' rule that a text
 * comes from a sender of its country, and the warm-up, without which a new number looks like spam. Without a sender
 * someone must add one: the next check is in five minutes. If all numbers have used up their warm-up, the message waits
 * until the first may send again.
 */
export function sender(facts: SenderFacts, now: Date, { senders }: Pick<Allowances, "senders">): GateAnswer {
  const { phone } = facts;
  let resetsAt: Date | null = null;
  for (const candidate of senders) {
    if (!canSendFrom(candidate, facts)) continue;
    if (hasWarmUpLeft(candidate)) return PASS;
    if (resetsAt === null || candidate.warmUpResetsAt < resetsAt) resetsAt = candidate.warmUpResetsAt;
  }
  const evidence = { country: phone.country, senders: senders.length, ...faultOf(facts, senders) };
  if (resetsAt === null) return holdAndRecheck("No sender", RECHECK_MINUTES, now, evidence);
  return hold("Warm-up", resetsAt, now, evidence);
}

/**
 * Returns the sender of this message: the person's sticky sender while it may send, or the one with the most tokens
 * (the first of equals). Null if none may send now.
 */
export function chooseSender(
  facts: SenderFacts & Pick<MessageFacts, "stickySenderId">,
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

/** Whether this text may go to this person from this sender. */
export function canSendFrom(sender: SenderAllowance, facts: SenderFacts): boolean {
  return senderFault(sender, facts, facts.phone.country) === null;
}

/** Reported separately, because another number is not the only remedy. */
function faultOf(facts: SenderFacts, senders: readonly SenderAllowance[]): Evidence {
  const here = senders.filter(({ country }) => country === facts.phone.country);
  const faults = here
    .map((each) => senderFault(each, facts, facts.phone.country))
    .filter((fault) => fault !== null);
  if (faults.length === 0 || faults.length < here.length) return {};
  return { fault: nearestFault(faults), ...ownRule(facts) };
}

/**
 * A rule that the platform's operator set, with its words and source: it may be another one tomorrow. Senders there had
 * faults, so the country is known.
 */
function ownRule({ book, phone }: SenderFacts): Evidence {
  const rule = book?.own.sender.get(phone.country!);
  if (!rule) return {};
  const { why, beginsWith, mustSay, source } = senderRule(phone.country!, book!.senders)!;
  return {
    ruleWhy: why,
    ...(beginsWith && { beginsWith: beginsWith.join(" or ") }),
    ...(mustSay && { mustSay: mustSay.oneOf.join(", ") }),
    ruleSource: source,
    ruleVersion: rule.id,
  };
}

/** Whether the number has warm-up allowance left today. */
export function hasWarmUpLeft({ warmUpLeft }: Pick<SenderAllowance, "warmUpLeft">): boolean {
  return warmUpLeft === null || warmUpLeft >= 1;
}
