/**
 * The states of a send job (one message to one person): `queued → sending → sent → delivered | failed`; `sending →
 * unknown → sent`; `queued → failed | canceled`. A job returns to `queued` only with proof that nothing was sent, or
 * when a person asks for it; never because time has passed. The carrier's status outranks ours (`carrier-status.ts`).
 * Each statement in `db/send` and `db/carrier` names the states from which it moves a job.
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

/**
 * Why a message was not sent, or is not sent yet. Short and stable, so that `GROUP BY failure_reason` reads well; the
 * gate or carrier code has its own column.
 */
export const DROP_REASONS = [
  "Invalid phone",
  "Trial mode",
  "Do not contact",
  "Consent",
  "Duplicate",
  "Frequency cap",
  "Expired",
  "Send time passed",
  "Content",
  "No price",
  "Provider error",
  "Undelivered",
  "Canceled",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export const HOLD_REASONS = [
  "Paused",
  "Trial mode",
  "List expired",
  "Frequency cap",
  "First part",
  "Send time",
  "Quiet hours",
  "No sender",
  "Warm-up",
  "Inbox full",
  "Rate limit",
  "Budget",
  "Carrier busy",
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/**
 * A request starts within this time after its claim began to read the facts, or not at all. So a closed gate (kill
 * switch, STOP, pause, budget) takes effect at most this long after its commit.
 */
export const SUBMISSION_LIMIT_MS = 250;
