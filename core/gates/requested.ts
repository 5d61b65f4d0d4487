import type { MessageFacts } from "./gate.ts";

const MINUTE_MS = 60_000;

/** A member who sends a test to their own phone looks at it now. */
const LOOKED_FOR_MINUTES = 60;

/**
 * Whether the owner of the number asked for such texts: a member typed the code that was texted to it, and gets tests of
 * campaigns on it. No other consent is needed, and no cap counts: those laws and the caps are about texts that nobody
 * asked for (see answering). It never lifts an opt-out or a withdrawn consent: those have their own gates.
 */
export function isRequested({ requested }: Pick<MessageFacts, "requested">): boolean {
  return requested !== undefined && requested !== null;
}

/**
 * Returns until when a requested text may go during quiet hours; null if it may not. Only one that the owner of the number
 * asked for themselves, within the hour: they are awake. A test that a teammate sends waits for the day.
 */
export function requestedUntil({ requested }: Pick<MessageFacts, "requested">, now: Date): Date | null {
  const at = requested?.byOwnerAt ?? null;
  if (at === null || at > now) return null;
  const until = new Date(at.getTime() + LOOKED_FOR_MINUTES * MINUTE_MS);
  return until > now ? until : null;
}
