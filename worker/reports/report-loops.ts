import type { Pipeline } from "@smscrm/db/postgres/connection";
import { checkSlots, endCheck, takeCheck } from "@smscrm/db/reports/check";
import { backfillAnswers, backfillChanges, countChanges } from "@smscrm/db/reports/count";
import { countServiceHours, noteQueueDelay } from "@smscrm/db/reports/service";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";
import type { Vitals } from "../upkeep.ts";

/** Figures are at most about this old while nothing else delays them. */
const COUNT_MS = 5_000;
/**
 * The loop rests this many times as long as it counted. While a campaign sends, its quarter of an hour changes all the time and
 * gets longer to count: so it takes at most 3 % of one connection's time, and a fifth only after an upgrade.
 */
const REST_FACTOR = 30;
const BACKFILL_REST_FACTOR = 4;

/** Keeps the figures of reports: counts what has changed. Sending comes first. */
export function reportLoop(pipeline: Pipeline): Loop {
  let isBackfilled = false;
  return {
    name: "reports",
    run: async () => {
      const began = performance.now();
      if (!isBackfilled) {
        await backfillChanges(pipeline);
        isBackfilled = !(await backfillAnswers(pipeline));
      }
      const round = await countChanges(pipeline);
      const rest = (performance.now() - began) * (isBackfilled ? REST_FACTOR : BACKFILL_REST_FACTOR);
      return round?.more || !isBackfilled ? rest : Math.max(COUNT_MS, rest);
    },
  };
}

const CHECK_MS = 10 * 60_000;

/** Compares the figures with the rows once a day. What differs raises an alert, and is counted again. */
export function reportCheckLoop(pipeline: Pipeline, log: Logger): Loop {
  return {
    name: "report-check",
    run: async () => {
      const slots = await takeCheck(pipeline);
      if (slots) {
        const drifts = await checkSlots(pipeline, slots);
        await endCheck(pipeline);
        log.info({ quarters: slots.length, drifts }, "the figures of reports were compared with the rows");
      }
      return CHECK_MS;
    },
  };
}

const SERVICE_MS = 30_000;

/** Keeps what the public service page shows of each hour. */
export function serviceHoursLoop(pipeline: Pipeline, vitals: Pick<Vitals, "lagSeconds">): Loop {
  return {
    name: "service-hours",
    run: async () => {
      await noteQueueDelay(pipeline, vitals.lagSeconds);
      await countServiceHours(pipeline);
      return SERVICE_MS;
    },
  };
}
