import { budget } from "./budget.ts";
import { consent } from "./consent.ts";
import { doNotContact } from "./do-not-contact.ts";
import { frequency } from "./frequency.ts";
import type { Allowances, Evidence, GateAnswer, GateName, Hold, MessageFacts, Verdict } from "./gate.ts";
import { killSwitch } from "./kill-switch.ts";
import type { PreparedMessage } from "./message-facts.ts";
import { phone } from "./phone.ts";
import { quietHours } from "./quiet-hours.ts";
import { rate } from "./rate.ts";
import { chooseSender, sender } from "./sender.ts";
import { expiry } from "./times/expiry.ts";
import { sendTime } from "./times/send-time.ts";

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
  { name: "send-time", ask: sendTime },
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
  return firstRefusal(GATES, facts, allowances, now) ?? takeShare(facts, allowances);
}

/** What the gates read that depend on a tenant's sending rules. */
export type RuleFacts = Pick<MessageFacts, "frequency" | "expiry" | "quietHours" | "answering" | "requested">;
type RuleGate = { name: GateName; ask: (facts: RuleFacts, now: Date) => GateAnswer };

/** The gates that depend on a tenant's sending rules, in their order among all; and the expiry between them. */
const RULE_GATES: readonly RuleGate[] = [
  { name: "frequency", ask: frequency },
  { name: "expiry", ask: expiry },
  { name: "quiet-hours", ask: quietHours },
];

/** Asks only the gates that depend on a tenant's sending rules. Null: they let the message pass. */
export function evaluateRules(facts: RuleFacts, now: Date): Refusal | null {
  return firstRefusal(RULE_GATES, facts, undefined, now);
}

const LAW_GATES: readonly Gate[] = GATES.filter(({ name }) =>
  ["consent", ...RULE_GATES.map((gate) => gate.name)].includes(name),
);

/** None of the law's gates reads an allowance. */
const NO_ALLOWANCES = {} as Allowances;

/** Asks the gates that depend on the law of a country: those of the sending rules, and consent before them. */
export function evaluateLaw(facts: MessageFacts, now: Date): Refusal | null {
  return firstRefusal(LAW_GATES, facts, NO_ALLOWANCES, now);
}

export type Refusal = Exclude<Verdict, { kind: "send" }>;

function firstRefusal<Facts extends Pick<MessageFacts, "expiry">, Shared>(
  gates: readonly { name: GateName; ask: (facts: Facts, now: Date, allowances: Shared) => GateAnswer }[],
  facts: Facts,
  allowances: Shared,
  now: Date,
): Refusal | null {
  for (const gate of gates) {
    const answer = gate.ask(facts, now, allowances);
    if (answer.kind === "hold") return heldOrTooLate(gate.name, answer, facts.expiry.expiresAt, now);
    if (answer.kind === "drop") return { ...answer, gate: gate.name };
  }
  return null;
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
function heldOrTooLate(gate: GateName, answer: Hold, expiresAt: Date | null, now: Date): Refusal {
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
  const { segments } = facts;
  const share = { senderId: chooseSender(facts, allowances)!.id, segments, priceMicros: facts.priceMicros! };
  useShares(allowances, share, 1);
  return { kind: "send", ...share };
}

/** Takes the shares of equal messages from the allowances; a negative number gives them back. */
export function useShares(
  allowances: Allowances,
  { senderId, segments, priceMicros }: Pick<Sent, "senderId" | "segments" | "priceMicros">,
  times: number,
): void {
  const from = allowances.senders.find(({ id }) => id === senderId)!;
  from.tokens -= segments * times;
  if (from.warmUpLeft !== null) from.warmUpLeft -= times;
  allowances.tenantTokens -= segments * times;
  allowances.budget.dailyLeftMicros -= priceMicros * times;
  allowances.budget.monthlyLeftMicros -= priceMicros * times;
}

type Sent = Extract<Verdict, { kind: "send" }>;
