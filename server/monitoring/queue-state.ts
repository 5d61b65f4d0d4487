import type { WorkerSeen } from "@smscrm/db/postgres/system";

/** The queue as a worker last saw it; `mode` is null if no worker reported lately. */
export interface QueueState {
  mode: string | null;
  waiting: number;
  active: number;
  workerSeenAt: Date | null;
}

/** All workers share one queue, so the latest report counts. */
export function queueState([latest]: readonly WorkerSeen[]): QueueState {
  return {
    mode: latest?.queueMode ?? null,
    waiting: latest?.queueWaiting ?? 0,
    active: latest?.queueActive ?? 0,
    workerSeenAt: latest?.seenAt ?? null,
  };
}
