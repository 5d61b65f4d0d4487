/** An attempt for which no message is known. */
export interface UnlinkedAttempt {
  id: string;
  claimedAt: Date;
}

/** When the carrier made a message; null if it does not say. */
interface Dated {
  createdAt: Date | null;
}

/**
 * The longest time from the claim until the carrier has created the message: the submission limit and the request's
 * own.
 */
const MADE_WITHIN_MS = 11_000;
/**
 * The carrier's clock may differ from ours, and its times are whole seconds. Generous, because a doubtful message is
 * not linked.
 */
const CLOCK_SLACK_MS = 5 * 60_000;

/**
 * Returns the carrier's message that belongs to this attempt, or null if that is not certain. `attempts` are all that
 * the messages (same recipient, sender and text, not linked yet) could belong to, oldest first. A false link would
 * stay wrong for good, while a callback or the next look-up can still give the answer.
 */
export function messageOf<Message extends Dated>(
  attemptId: string,
  attempts: readonly UnlinkedAttempt[],
  messages: readonly Message[],
): Message | null {
  const asked = attempts.find((attempt) => attempt.id === attemptId);
  if (!asked) return null;
  const possible = messages.filter((message) => couldBe(message, asked));
  const rivals = attempts.filter((attempt) => possible.some((message) => couldBe(message, attempt)));
  const theirs = messages.filter((message) => rivals.some((attempt) => couldBe(message, attempt)));
  // There are as many messages as attempts, and the attempts are far enough apart for the messages to have kept their
  // order.
  if (theirs.length !== rivals.length || !areApart(rivals)) return null;
  const inOrder = [...theirs].sort((one, other) => madeAt(one) - madeAt(other));
  return inOrder[rivals.indexOf(asked)] ?? null;
}

function couldBe(message: Dated, attempt: UnlinkedAttempt): boolean {
  if (!message.createdAt) return true;
  const afterMs = message.createdAt.getTime() - attempt.claimedAt.getTime();
  return afterMs >= -CLOCK_SLACK_MS && afterMs <= MADE_WITHIN_MS + CLOCK_SLACK_MS;
}

function areApart(attempts: readonly UnlinkedAttempt[]): boolean {
  return attempts.every((attempt, at) => {
    const before = attempts[at - 1];
    return !before || attempt.claimedAt.getTime() - before.claimedAt.getTime() > MADE_WITHIN_MS;
  });
}

function madeAt({ createdAt }: Dated): number {
  return createdAt?.getTime() ?? 0;
}
