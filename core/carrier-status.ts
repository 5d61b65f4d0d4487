import type { SendJobStatus } from "./send-job.ts";

/**
 * Twilio's message statuses, each with its place in the life of a message. Callbacks come in any order, twice or
 * never; the merge keeps the furthest one. `sent` may be the last where a carrier gives no receipts;
 * `partially_delivered` is in Twilio's enum and described nowhere, so it counts as sent.
 */
const STATUSES = {
  scheduled: { rank: 5, job: "sent" },
  accepted: { rank: 10, job: "sent" },
  queued: { rank: 20, job: "sent" },
  sending: { rank: 30, job: "sent" },
  sent: { rank: 40, job: "sent" },
  partially_delivered: { rank: 45, job: "sent" },
  // The four ends share Twilio's rank. Between them our tie-break is the strength of the evidence: a handset's
  // receipt cannot come from a message that never left, a negative receipt can be followed by a late delivery.
  canceled: { rank: 90, job: "failed" },
  failed: { rank: 91, job: "failed" },
  undelivered: { rank: 92, job: "failed" },
  delivered: { rank: 93, job: "delivered" },
  read: { rank: 95, job: "delivered" },
} as const satisfies Record<string, { rank: number; job: SendJobStatus }>;

export type CarrierStatus = keyof typeof STATUSES;
export const CARRIER_STATUSES = Object.keys(STATUSES) as CarrierStatus[];

/** Statuses after which the carrier reports no other outcome. */
export const FINAL_CARRIER_STATUSES = CARRIER_STATUSES.filter((status) => STATUSES[status].rank >= 90);

/** A status of an outbound message; `receiving`, `received` and anything new to us are not. */
export function isCarrierStatus(status: string): status is CarrierStatus {
  return Object.hasOwn(STATUSES, status);
}

/** Position in the order that `mergeCarrierStatus` takes the maximum of: for comparing in SQL. No two are equal. */
export function carrierStatusRank(status: CarrierStatus): number {
  return STATUSES[status].rank;
}

/**
 * The status to keep: the further of the two. A join (commutative, associative, idempotent), so that any order and
 * any repetition of callbacks gives one result. null is "none yet".
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

/** Two ends that cannot both be true (delivered against undelivered): worth asking the carrier which one is. */
export function carrierStatusesConflict(one: CarrierStatus, other: CarrierStatus): boolean {
  const ends = STATUSES[one].rank >= 90 && STATUSES[other].rank >= 90;
  return ends && one !== other && STATUSES[one].job + STATUSES[other].job !== "delivereddelivered";
}

/** What a status means for the send job; null when it says nothing about an outbound message. */
export function sendJobStatusFor(carrierStatus: string): SendJobStatus | null {
  return isCarrierStatus(carrierStatus) ? STATUSES[carrierStatus].job : null;
}
