import { classifyCallbackError, isKnownError } from "./carrier-outcome.ts";

/** How many recent messages of one sending number ended with this error code; null for success. */
export interface SenderResult {
  code: number | null;
  failed: boolean;
  messages: number;
}

/** Why a number is paused for a while. */
export type RestReason = "refused" | "filtered" | "failing";

/**
 * How long results are counted, and how long a number rests. The rest is longer, so that the window is clean after
 * it.
 */
export const HEALTH_WINDOW_MINUTES = 15;
export const REST_MINUTES = 60;

/** With fewer results than this a share says nothing. */
const RESULTS_MIN = 200;
/** Refusals that name the number itself; the same number stops a campaign. */
const REFUSALS_LIMIT = 5;
/** Carriers filter texts that look like spam. From 3 % on, more sending makes it worse. */
const FILTERED_SHARE_LIMIT = 0.03;
const FAILED_SHARE_LIMIT = 0.12;

/**
 * Returns why a number should rest: carriers refuse it or filter it, or many of its messages fail. Null if it
 * should not. Errors about the recipient (no such number, opted out, switched off) do not count: a bad list must not
 * take one number after another out of use.
 *
 * Sources: Twilio's error pages 30007, 21606, 30032; the shares are other products' practice, not a carrier's rule.
 */
export function restReason(ends: readonly SenderResult[]): RestReason | null {
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
    if (recipientAction === "none" && !isUnexplained(end.code)) failed += end.messages;
  }
  if (refused >= REFUSALS_LIMIT && refused / all >= FAILED_SHARE_LIMIT) return "refused";
  if (all < RESULTS_MIN) return null;
  if (filtered / all >= FILTERED_SHARE_LIMIT) return "filtered";
  return failed / all >= FAILED_SHARE_LIMIT ? "failing" : null;
}

/** A carrier's "unknown error" and unknown codes say nothing about the sender either. */
function isUnexplained(code: number | null): boolean {
  return code === 30008 || !isKnownError(code);
}

const WORDS: Readonly<Record<RestReason, string>> = {
  refused: "the carrier refuses this number",
  filtered: "carriers filter what it sends as spam",
  failing: "too much of what it sends fails",
};

/** Returns the reason as part of a sentence for operators. */
export function restReasonText(reason: RestReason): string {
  return WORDS[reason];
}
