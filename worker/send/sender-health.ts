import {
  HEALTH_WINDOW_MINUTES,
  REST_MINUTES,
  restReason,
  restReasonText,
} from "@smscrm/core/send/sender-health";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { readSenderResults, restNumber } from "@smscrm/db/senders/sender-health";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";

const EVERY_MS = 30_000;

/** Pauses numbers that carriers refuse or filter, before they harm the reputation of the whole pool. */
export function senderHealthLoop(pipeline: Pipeline, log: Logger): Loop {
  return {
    name: "sender health",
    run: async () => {
      for (const [numberId, { tenantId, ends }] of await readSenderResults(pipeline, HEALTH_WINDOW_MINUTES)) {
        const reason = restReason(ends);
        if (reason && (await restNumber(pipeline, numberId, REST_MINUTES, restReasonText(reason))))
          log.warn({ tenantId, numberId, reason, minutes: REST_MINUTES }, "a sending number rests");
      }
      return EVERY_MS;
    },
  };
}
