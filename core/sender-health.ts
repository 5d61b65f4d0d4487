import { classifyCallbackError } from "./carrier-outcome.ts";

/** How messages of one sending number ended lately: how many with which error code; null where all went well. */
export interface SenderEnd {
  code: number | null;
  failed: boolean;
  messages: number;
}

/** Why a number rests. */
export type RestReason = "refused" | "filtered" | "failing";

/** Over so many minutes ends are counted, and so long a number rests: then the window has nothing bad of it any more. */
export const HEALTH_WINDOW_MINUTES = 15;
export const REST_MINUTES = 60;

/** Below this many ends a share says nothing. */
const FEWEST_ENDS = 200;
/** Refusals that name the number itself; as many as stop a campaign. */
const MOST_REFUSALS = 5;
/** Carriers filter what they take for spam; from 3 % on, going on makes it worse. */
const MOST_FILTERED = 0.03;
const MOST_FAILED = 0.12;

/**
 * Whether a number should rest, because carriers refuse it, filter it, or much of what it sends fails. What speaks of
 * the recipient (no such number, opted out, switched off) is the list's fault, and counts for nothing here: a bad list
 * must not take one number after the other out of use.
 *
 * Sources: Twilio's error pages 30007, 21606, 30032; the shares are other products' practice, not a carrier's rule.
 */
export function restReason(ends: readonly SenderEnd[]): RestReason | null {
  let all = 0;
  let refused = 0;
  let filtered = 0;
  let failed = 0;
  for (const end of ends) {
    all += end.messages;
    if (!end.failed) continue;
    const { senderAction, campaignAction, recipientAction } = classifyCallbackError(end.code);
    if (senderAction === "pause") refused += end.messages;
    if (campaignAction === "pause-on-rate") filtered += end.messages;
    if (recipientAction === "none") failed += end.messages;
  }
  if (refused >= MOST_REFUSALS && refused / all >= MOST_FAILED) return "refused";
  if (all < FEWEST_ENDS) return null;
  if (filtered / all >= MOST_FILTERED) return "filtered";
  return failed / all >= MOST_FAILED ? "failing" : null;
}

const WORDS: Readonly<Record<RestReason, string>> = {
  refused: "the carrier refuses this number",
  filtered: "carriers filter what it sends as spam",
  failing: "too much of what it sends fails",
};

/** The reason as part of a sentence for operators. */
export function restWords(reason: RestReason): string {
  return WORDS[reason];
}
