import type { WorkerSeen } from "@smscrm/db/system";

/** The queue as the workers last saw it; `mode` is null where no worker was seen lately. */
export interface QueueState {
  mode: string | null;
  waiting: number;
  active: number;
  workerSeenAt: Date | null;
}

/** They all look at one queue: the latest look is the truest. */
export function queueState([latest]: readonly WorkerSeen[]): QueueState {
  return {
    mode: latest?.queueMode ?? null,
    waiting: latest?.queueWaiting ?? 0,
    active: latest?.queueActive ?? 0,
    workerSeenAt: latest?.seenAt ?? null,
  };
}
