import type { MessageFacts } from "./gates/gate.ts";

/** What a person's own message allows us: set for a reply to it, absent for what nobody asked for. */
export interface Answering {
  /** When they last wrote, on the database's clock. */
  wroteAt: Date;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Whoever wrote within the hour is awake and waits for the answer. */
export const ANSWERED_AT_ONCE_MINUTES = 60;

/** How long a conversation counts as one: somebody who writes on a Friday is answered after a long weekend. */
export const CONVERSATION_DAYS = 7;

/**
 * Whether this answers a conversation that the person keeps up. Then no other consent is needed, and no cap counts:
 * CTIA Messaging Principles and Best Practices, consent by consumer-initiated conversation ("the business only
 * responds"); Twilio's Messaging Policy (somebody who writes first may be answered, in that conversation). The Spam
 * Act 2003 (AU), TCPA and CASL s 6(5) are about offers that nobody asked for. It never lifts an opt-out or a
 * withdrawn consent, which have gates of their own.
 */
export function answersConversation({ answering }: Pick<MessageFacts, "answering">, now: Date): boolean {
  if (!answering) return false;
  const sinceMs = now.getTime() - answering.wroteAt.getTime();
  return sinceMs >= 0 && sinceMs < CONVERSATION_DAYS * DAY_MS;
}

/**
 * Until when this may go outside quiet hours, null where that moment is past: 47 CFR 64.1200(c)(1) and the states' hours are
 * for telephone solicitations, and what a person invited is none (64.1200(f)(15)(i)); the operators' promise of quiet
 * nights is for people who sleep. Later than that hour an answer waits for the morning like everything else.
 */
export function answerableUntil({ answering }: Pick<MessageFacts, "answering">, now: Date): Date | null {
  if (!answering || answering.wroteAt > now) return null;
  const until = new Date(answering.wroteAt.getTime() + ANSWERED_AT_ONCE_MINUTES * MINUTE_MS);
  return until > now ? until : null;
}
