import type { CarrierMessage } from "./carrier/carrier.ts";

/** An attempt for which no message is known. */
export interface Unlinked {
  id: string;
  claimedAt: Date;
}

/** From the claim until the carrier has made the message at the latest: our hand-over limit and the request's own. */
const MADE_WITHIN_MS = 11_000;
/** The carrier's clock and ours may differ, and its times are whole seconds. Generous, because doubt links nothing. */
const CLOCK_SLACK_MS = 5 * 60_000;

/**
 * Which of the carrier's messages is this attempt's? `attempts` are all that the messages (same recipient, sender and
 * text, linked to nobody) could belong to, oldest first. Null rather than a guess: a false link would be wrong for
 * good, while a callback, or the next look-up, can still tell.
 */
export function messageOf(
  attemptId: string,
  attempts: readonly Unlinked[],
  messages: readonly CarrierMessage[],
): CarrierMessage | null {
  const asked = attempts.find((attempt) => attempt.id === attemptId);
  if (!asked) return null;
  const possible = messages.filter((message) => couldBe(message, asked));
  const rivals = attempts.filter((attempt) => possible.some((message) => couldBe(message, attempt)));
  const theirs = messages.filter((message) => rivals.some((attempt) => couldBe(message, attempt)));
  // As many messages as attempts, and the attempts apart enough for the messages to have kept their order.
  if (theirs.length !== rivals.length || !areApart(rivals)) return null;
  const inOrder = [...theirs].sort((one, other) => madeAt(one) - madeAt(other));
  return inOrder[rivals.indexOf(asked)] ?? null;
}

function couldBe(message: CarrierMessage, attempt: Unlinked): boolean {
  if (!message.createdAt) return true;
  const afterMs = message.createdAt.getTime() - attempt.claimedAt.getTime();
  return afterMs >= -CLOCK_SLACK_MS && afterMs <= MADE_WITHIN_MS + CLOCK_SLACK_MS;
}

function areApart(attempts: readonly Unlinked[]): boolean {
  return attempts.every((attempt, at) => {
    const before = attempts[at - 1];
    return !before || attempt.claimedAt.getTime() - before.claimedAt.getTime() > MADE_WITHIN_MS;
  });
}

function madeAt({ createdAt }: CarrierMessage): number {
  return createdAt?.getTime() ?? 0;
}
