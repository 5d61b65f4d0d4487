import { backfillTexted } from "@smscrm/db/audiences/texted";
import { stepFirstParts } from "@smscrm/db/campaigns/first-part/step";
import { inboundLagSeconds } from "@smscrm/db/carrier/carrier-checks";
import { sweepForged } from "@smscrm/db/carrier/webhooks";
import { sweepFlowEvents } from "@smscrm/db/flows/entries";
import { sweepFlowAudiences } from "@smscrm/db/flows/joined";
import { sweepAutomaticAnswers } from "@smscrm/db/inbox/automatic-answers";
import { sweepExpiredLinks } from "@smscrm/db/links/recipients";
import { beat, dispatchLagSeconds } from "@smscrm/db/monitoring/heartbeats";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { releaseHolds, sweepLeases } from "@smscrm/db/send/dispatch";
import { sweepSignIns } from "@smscrm/db/users/sign-in-throttle";
import type { Logger } from "pino";
import type { TicketQueue } from "./dispatch/tickets.ts";
import type { Loop } from "./loop.ts";

/** Makes messages due again once the reason for their hold is gone. */
export function releaseLoop(pipeline: Pipeline): Loop {
  return {
    name: "release",
    run: async () => ((await releaseHolds(pipeline)) > 0 ? 100 : 500),
  };
}

/** Watches the first parts of campaigns, and lets the rest go or holds it. */
export function firstPartLoop(pipeline: Pipeline, log: Logger): Loop {
  return {
    name: "first-part",
    run: async () => {
      const taken = await stepFirstParts(pipeline);
      for (const step of taken) log.info(step, "the first part of a campaign has a new state");
      return taken.length > 0 ? 0 : 500;
    },
  };
}

const BACKFILL_DONE_MS = 60 * 60_000;
/** The database rests as long between the batches: sending comes first. */
const BACKFILL_REST_MS = 100;

/** Fills "last texted" from the messages that were sent before an upgrade, in small batches. */
export function backfillLoop(pipeline: Pipeline): Loop {
  return {
    name: "backfill",
    run: async () => ((await backfillTexted(pipeline)) ? BACKFILL_REST_MS : BACKFILL_DONE_MS),
  };
}

const SWEEP_MS = 10 * 60_000;

/** Deletes old rows of sign-ins, lost tickets, forged webhooks and expired links; otherwise they would fill the disk. */
export function sweepLoop(pipeline: Pipeline): Loop {
  return {
    name: "sweep",
    run: async () => {
      await sweepSignIns(pipeline);
      await sweepAutomaticAnswers(pipeline);
      await sweepFlowEvents(pipeline);
      await sweepFlowAudiences(pipeline);
      await sweepLeases(pipeline);
      await sweepForged(pipeline);
      while ((await sweepExpiredLinks(pipeline)) > 0);
      return SWEEP_MS;
    },
  };
}

/** The worker's latest state, for its health page and for the API. */
export interface Vitals {
  startedAt: Date;
  beatAt: Date | null;
  waiting: number;
  active: number;
  lagSeconds: number;
  /** Seconds since people's texts were last compared with the carrier. */
  inboundLagSeconds: number;
  /** How often the database could not be reached, not yet written. */
  databaseFailures: number;
}

/** A worker that has not reached database and queue for this long is not healthy. */
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
