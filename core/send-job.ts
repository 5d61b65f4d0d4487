/**
 * The states of a send job (one message to one person) and what may follow what.
 *
 * `queued → sending → sent → delivered | failed`; `sending → unknown → sent`; `queued → failed | canceled`.
 * Back to `queued` needs proof that nothing was sent, or a person. Time alone never moves a job there. What the
 * carrier says of a message outweighs what we took it for: `carrier-status` follows the merged carrier status.
 */
export const SEND_JOB_STATUSES = [
  "queued",
  "sending",
  "unknown",
  "sent",
  "delivered",
  "failed",
  "canceled",
] as const;
export type SendJobStatus = (typeof SEND_JOB_STATUSES)[number];

/** Why a job may change its state: `proof-not-sent` is a refused connection, HTTP 429 or our own release. */
export type TransitionCause =
  | "claimed"
  | "gate-refused"
  | "canceled-by-person"
  | "proof-not-sent"
  | "carrier-accepted"
  | "carrier-rejected"
  | "carrier-status"
  | "outcome-unknown"
  | "resent-by-person";

export const TRANSITIONS: Readonly<
  Record<SendJobStatus, Partial<Record<SendJobStatus, readonly TransitionCause[]>>>
> = {
  queued: {
    sending: ["claimed"],
    failed: ["gate-refused", "carrier-status"],
    canceled: ["canceled-by-person"],
    sent: ["carrier-status", "carrier-accepted"],
    delivered: ["carrier-status"],
  },
  sending: {
    queued: ["proof-not-sent"],
    sent: ["carrier-accepted", "carrier-status"],
    delivered: ["carrier-status"],
    failed: ["carrier-rejected", "carrier-status"],
    unknown: ["outcome-unknown"],
  },
  unknown: {
    sent: ["carrier-status", "carrier-accepted"],
    delivered: ["carrier-status"],
    failed: ["carrier-status", "carrier-rejected"],
    queued: ["resent-by-person", "proof-not-sent"],
  },
  sent: { delivered: ["carrier-status"], failed: ["carrier-status"] },
  delivered: {},
  // A receipt that says delivered may overtake one that said undelivered; whichever comes first, the end is one.
  // A person asked for another attempt at what was unknown, and a gate or a person ended it: then evidence of the first
  // attempt says what happened.
  failed: { delivered: ["carrier-status"], sent: ["carrier-status"] },
  canceled: { sent: ["carrier-status"], delivered: ["carrier-status"], failed: ["carrier-status"] },
};

/** Whether `from → to` is legal for that cause. */
export function mayMove(from: SendJobStatus, to: SendJobStatus, cause: TransitionCause): boolean {
  return TRANSITIONS[from][to]?.includes(cause) ?? false;
}

/** States in which nothing more is done about a job. */
export const TERMINAL_STATUSES = ["delivered", "failed", "canceled"] as const;

/**
 * Why a message did not go, or does not go yet. Short and stable, so that
 * `GROUP BY failure_reason` reads well; the gate or carrier code stands beside it.
 */
export const DROP_REASONS = [
  "Invalid phone",
  "Do not contact",
  "Consent",
  "Duplicate",
  "Frequency cap",
  "Expired",
  "Content",
  "No price",
  "Provider error",
  "Undelivered",
  "Canceled",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export const HOLD_REASONS = [
  "Paused",
  "Frequency cap",
  "Quiet hours",
  "No sender",
  "Warm-up",
  "Rate limit",
  "Budget",
  "Carrier busy",
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/**
 * D: a request starts within this time of the moment before its claim read the facts, or it is not made. So what
 * closes a gate (kill switch, STOP, pause, budget) is in force at most this long after its commit.
 */
export const HAND_OVER_LIMIT_MS = 250;
