import type { SendJobStatus } from "./send-job.ts";

/**
 * Twilio's message statuses with their rank in the life of a message. Callbacks come in any order, twice or never;
 * the merge keeps the highest rank. `sent` may be the last where a carrier gives no receipts. `partially_delivered`
 * is in Twilio's enum but not documented, so it counts as sent. No two have the same rank.
 */
const STATUSES = {
  scheduled: { rank: 5, job: "sent" },
  accepted: { rank: 10, job: "sent" },
  queued: { rank: 20, job: "sent" },
  sending: { rank: 30, job: "sent" },
  sent: { rank: 40, job: "sent" },
  partially_delivered: { rank: 45, job: "sent" },
  // The final statuses share one rank at Twilio. We rank them by the strength of the evidence: a handset's receipt
  // proves delivery, but a late delivery can follow a negative receipt.
  canceled: { rank: 90, job: "failed" },
  failed: { rank: 91, job: "failed" },
  undelivered: { rank: 92, job: "failed" },
  delivered: { rank: 93, job: "delivered" },
  read: { rank: 95, job: "delivered" },
} as const satisfies Record<string, { rank: number; job: SendJobStatus }>;

export type CarrierStatus = keyof typeof STATUSES;
const CARRIER_STATUSES = Object.keys(STATUSES) as CarrierStatus[];

/** Final statuses: the carrier reports no other outcome after them. */
export const FINAL_CARRIER_STATUSES = CARRIER_STATUSES.filter((status) => STATUSES[status].rank >= 90);

/** Whether this is a known status of an outbound message; `receiving` and `received` are not. */
export function isCarrierStatus(status: string): status is CarrierStatus {
  return Object.hasOwn(STATUSES, status);
}

/**
 * Returns the status with the higher rank. The merge is commutative, associative and idempotent, so that any order
 * and any repetition of callbacks gives the same result. Null means "none yet".
 */
export function mergeCarrierStatus(current: CarrierStatus, incoming: CarrierStatus | null): CarrierStatus;
export function mergeCarrierStatus(current: CarrierStatus | null, incoming: CarrierStatus): CarrierStatus;
export function mergeCarrierStatus(current: null, incoming: null): null;
export function mergeCarrierStatus(
  current: CarrierStatus | null,
  incoming: CarrierStatus | null,
): CarrierStatus | null;
export function mergeCarrierStatus(
  current: CarrierStatus | null,
  incoming: CarrierStatus | null,
): CarrierStatus | null {
  if (current === null || incoming === null) return current ?? incoming;
  return STATUSES[incoming].rank > STATUSES[current].rank ? incoming : current;
}

/** Returns the send job's status for a carrier status; null when it is not about an outbound message. */
export function sendJobStatusFor(carrierStatus: string): SendJobStatus | null {
  return isCarrierStatus(carrierStatus) ? STATUSES[carrierStatus].job : null;
}
