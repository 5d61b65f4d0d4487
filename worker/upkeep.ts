import { inboundLagSeconds } from "@smscrm/db/carrier-checks";
import type { Pipeline } from "@smscrm/db/connection";
import { releaseHolds, sweepLeases } from "@smscrm/db/dispatch";
import { beat, dispatchLagSeconds } from "@smscrm/db/heartbeats";
import { sweepSignIns } from "@smscrm/db/sign-in-throttle";
import type { Loop } from "./loop.ts";
import type { TicketQueue } from "./queue/tickets.ts";

/** Messages whose reason to wait is gone become due again. */
export function releaseLoop(pipeline: Pipeline): Loop {
  return {
    name: "release",
    run: async () => ((await releaseHolds(pipeline)) > 0 ? 100 : 500),
  };
}

const SWEEP_MS = 10 * 60_000;

/** What sign-ins and lost tickets leave behind is removed once it is of no more use; else anybody could fill the disk with it. */
export function sweepLoop(pipeline: Pipeline): Loop {
  return {
    name: "sweep",
    run: async () => {
      await sweepSignIns(pipeline);
      await sweepLeases(pipeline);
      return SWEEP_MS;
    },
  };
}

/** What the worker last knew of itself: for its health page and for the API. */
export interface Vitals {
  startedAt: Date;
  beatAt: Date | null;
  waiting: number;
  active: number;
  lagSeconds: number;
  /** How old the last comparison of people's texts with the carrier's is. */
  inboundLagSeconds: number;
  /** Times that the database could not be reached, not yet written down. */
  databaseFailures: number;
}

/** A worker that has not reached database and queue for this long is not well. */
const SILENT_MS = 15_000;

export function isWell({ beatAt }: Vitals): boolean {
  return beatAt !== null && Date.now() - beatAt.getTime() < SILENT_MS;
}

export function heartbeatLoop(
  pipeline: Pipeline,
  queue: TicketQueue,
  identity: { workerId: string; carrier: "simulator" | "twilio" },
  vitals: Vitals,
): Loop {
  return {
    name: "heartbeat",
    run: async () => {
      const depth = await queue.depth();
      vitals.lagSeconds = await dispatchLagSeconds(pipeline);
      vitals.inboundLagSeconds = await inboundLagSeconds(pipeline);
      vitals.waiting = depth.waiting;
      vitals.active = depth.active;
      const { startedAt } = vitals;
      await beat(pipeline, {
        ...identity,
        queueMode: queue.mode,
        queueWaiting: depth.waiting,
        queueActive: depth.active,
        startedAt,
      });
      vitals.beatAt = new Date();
      return 3_000;
    },
  };
}
