import type { MessageFacts } from "./gate.ts";

export type { Answering } from "./gate.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A person who wrote within the last hour is awake and expects an answer. */
const ANSWERED_AT_ONCE_MINUTES = 60;

/** How long a conversation lasts: a text of Friday may still be answered after a long weekend. */
const CONVERSATION_DAYS = 7;

/**
 * Whether this answers a conversation that the person started. Then no other consent is needed, and no cap counts:
 * CTIA Messaging Principles and Best Practices, consent by consumer-initiated conversation ("the business only
 * responds"); Twilio's Messaging Policy (someone who writes first may be answered, in that conversation). The Spam
 * Act 2003 (AU), TCPA and CASL s 6(5) are about offers that nobody asked for. It never lifts an opt-out or a
 * withdrawn consent: those have their own gates.
 */
export function answersConversation({ answering }: Pick<MessageFacts, "answering">, now: Date): boolean {
  if (!answering) return false;
  const sinceMs = now.getTime() - answering.wroteAt.getTime();
  return sinceMs >= 0 && sinceMs < CONVERSATION_DAYS * DAY_MS;
}

/**
 * Returns until when an answer may go during quiet hours; null if that time is past. 47 CFR 64.1200(c)(1) and the
 * states' hours restrict telephone solicitations, and an invited message is not one (64.1200(f)(15)(i)). The
 * operators promise quiet nights to people who sleep. After that hour an answer waits for the morning like every
 * other message.
 */
export function answerableUntil({ answering }: Pick<MessageFacts, "answering">, now: Date): Date | null {
  if (!answering || answering.wroteAt > now) return null;
  const until = new Date(answering.wroteAt.getTime() + ANSWERED_AT_ONCE_MINUTES * MINUTE_MS);
  return until > now ? until : null;
}
