import { HEALTH_WINDOW_MINUTES, REST_MINUTES, restReason, restWords } from "@smscrm/core/sender-health";
import type { Pipeline } from "@smscrm/db/connection";
import { restNumber, senderEnds } from "@smscrm/db/sender-health";
import type { Logger } from "pino";
import type { Loop } from "./loop.ts";

const EVERY_MS = 30_000;

/** Rests numbers that carriers refuse or filter, before they take the rest of the pool's reputation along. */
export function senderHealthLoop(pipeline: Pipeline, log: Logger): Loop {
  return {
    name: "sender health",
    run: async () => {
      for (const [numberId, { tenantId, ends }] of await senderEnds(pipeline, HEALTH_WINDOW_MINUTES)) {
        const reason = restReason(ends);
        if (reason && (await restNumber(pipeline, numberId, REST_MINUTES, restWords(reason))))
          log.warn({ tenantId, numberId, reason, minutes: REST_MINUTES }, "a sending number rests");
      }
      return EVERY_MS;
    },
  };
}
