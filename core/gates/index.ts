import { budget } from "./budget.ts";
import { consent } from "./consent.ts";
import { doNotContact } from "./do-not-contact.ts";
import { expiry } from "./expiry.ts";
import { frequency } from "./frequency.ts";
import type { Allowances, Evidence, GateAnswer, GateName, Hold, MessageFacts, Verdict } from "./gate.ts";
import { killSwitch } from "./kill-switch.ts";
import type { PreparedMessage } from "./message-facts.ts";
import { phone } from "./phone.ts";
import { quietHours } from "./quiet-hours.ts";
import { rate } from "./rate.ts";
import { chooseSender, sender } from "./sender.ts";

export * from "./gate.ts";

/** One gate. `ask` only reads; `evaluate` alone takes from the allowances. */
export type Gate = {
  name: GateName;
  ask: (facts: MessageFacts, now: Date, allowances: Allowances) => GateAnswer;
};

/** All gates in the order of evaluation: law first, money last. The first "no" decides. */
export const GATES: readonly Gate[] = [
  { name: "kill-switch", ask: killSwitch },
  { name: "phone", ask: phone },
  { name: "do-not-contact", ask: doNotContact },
  { name: "consent", ask: consent },
  { name: "frequency", ask: frequency },
  { name: "expiry", ask: expiry },
  { name: "quiet-hours", ask: quietHours },
  { name: "sender", ask: sender },
  { name: "rate", ask: rate },
  { name: "budget", ask: budget },
];

/**
 * Asks all gates about one message. On `send` it takes the message's share from the batch's allowances, so that the
 * next message sees what is left. A refusal takes nothing, and never throws.
 */
export function evaluate(facts: MessageFacts, allowances: Allowances, now: Date): Verdict {
  for (const gate of GATES) {
    const answer = gate.ask(facts, now, allowances);
    if (answer.kind === "hold") return heldOrTooLate(gate.name, answer, facts.expiry.expiresAt, now);
    if (answer.kind === "drop") return { ...answer, gate: gate.name };
  }
  return takeShare(facts, allowances);
}

/** A verdict, or a refusal because of the text alone ("content"), which comes before the gates. */
export type MessageVerdict = Verdict | { kind: "drop"; gate: "content"; reason: "Content"; looked: Evidence };

/** Decides about a message: refuses a text that can't be sent, and asks all gates about any other. */
export function evaluateMessage(
  { facts, refusal }: Pick<PreparedMessage, "facts" | "refusal">,
  allowances: Allowances,
  now: Date,
): MessageVerdict {
  if (refusal) return { kind: "drop", gate: "content", reason: "Content", looked: refusal };
  return evaluate(facts, allowances, now);
}

/**
 * Refuses a message whose hold ends only after its expiry: it could never go in time. Where `until` is only the next
 * check, it is checked once more at its expiry instead.
 */
function heldOrTooLate(gate: GateName, answer: Hold, expiresAt: Date | null, now: Date): Verdict {
  const { kind, reason, until, looked, recheck } = answer;
  const held = { kind, gate, reason, looked, ...(recheck && { recheck }) };
  if (expiresAt === null || until < expiresAt) return { ...held, until };
  if (recheck) return { ...held, until: expiresAt > now ? expiresAt : until };
  return {
    kind: "drop",
    gate: "expiry",
    reason: "Expired",
    looked: {
      ...looked,
      blockedBy: gate,
      blockedFor: reason,
      until: until.toISOString(),
      expiresAt: expiresAt.toISOString(),
    },
  };
}

/** Every gate has passed, so there is a number with tokens and an affordable price. */
function takeShare(facts: MessageFacts, allowances: Allowances): Verdict {
  const from = chooseSender(facts, allowances)!;
  const { segments } = facts;
  const priceMicros = facts.priceMicros!;
  from.tokens -= segments;
  if (from.warmUpLeft !== null) from.warmUpLeft -= 1;
  allowances.tenantTokens -= segments;
  allowances.budget.dailyLeftMicros -= priceMicros;
  allowances.budget.monthlyLeftMicros -= priceMicros;
  return { kind: "send", senderId: from.id, segments, priceMicros };
}
