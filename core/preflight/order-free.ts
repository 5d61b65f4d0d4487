import type { Allowances } from "../gates/gate.ts";
import { evaluateMessage, type MessageVerdict, useShares } from "../gates/index.ts";
import type { PreparedMessage } from "../gates/message-facts.ts";

/** Messages that are alike to every gate, and their number. */
interface AlikeMessages {
  message: Pick<PreparedMessage, "facts" | "refusal">;
  count: number;
}

/**
 * Returns the verdict of each group if it is the same for all of its messages, whichever order they come in, and takes
 * their shares from the allowances. Returns null and takes nothing if the order decides, because money or a warm-up ends
 * among them.
 *
 * Allowances only ever shrink. So a message that may go at the start may go at any time if what is left at the end is
 * not negative, and one that is held at the start and at the end for the same reason is held so in between.
 */
export function orderFreeVerdicts(
  groups: readonly AlikeMessages[],
  allowances: Allowances,
  now: Date,
): MessageVerdict[] | null {
  const atStart = copyOf(allowances);
  const verdicts = groups.map(({ message }) => {
    const verdict = evaluateMessage(message, atStart, now);
    if (verdict.kind === "send") useShares(atStart, verdict, -1);
    return verdict;
  });
  const atEnd = copyOf(allowances);
  verdicts.forEach((verdict, at) => {
    if (verdict.kind === "send") useShares(atEnd, verdict, groups[at]!.count);
  });
  const isEnough = ({ senders, budget }: Allowances) =>
    budget.dailyLeftMicros >= 0 &&
    budget.monthlyLeftMicros >= 0 &&
    senders.every(({ warmUpLeft }) => warmUpLeft === null || warmUpLeft >= 0);
  if (verdicts.some(({ kind }) => kind === "send") && !isEnough(atEnd)) return null;
  const isStable = groups.every(({ message }, at) => {
    const verdict = verdicts[at]!;
    return verdict.kind === "send" || isSame(verdict, evaluateMessage(message, atEnd, now));
  });
  if (!isStable) return null;
  Object.assign(allowances, atEnd);
  return verdicts;
}

/** Evidence may differ: it says how much money was left. */
function isSame(one: Exclude<MessageVerdict, { kind: "send" }>, other: MessageVerdict): boolean {
  const until = (verdict: MessageVerdict) => (verdict.kind === "hold" ? verdict.until.getTime() : null);
  return (
    other.kind !== "send" &&
    one.kind === other.kind &&
    one.gate === other.gate &&
    one.reason === other.reason &&
    until(one) === until(other)
  );
}

const copyOf = (allowances: Allowances): Allowances => ({
  ...allowances,
  senders: allowances.senders.map((sender) => ({ ...sender })),
  budget: { ...allowances.budget },
});
