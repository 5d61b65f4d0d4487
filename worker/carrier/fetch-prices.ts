import {
  correctPrices,
  finishPriceWindow,
  markEstimated,
  type PriceWindow,
  takePriceWindow,
  unpricedNumbers,
} from "@smscrm/db/carrier/prices";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";
import type { Carrier } from "./carrier.ts";

/** The carrier knows a price a day or more after the message. After three days it is given up. */
const LAST_AGE_HOURS = 72;
const IDLE_MS = 60_000;
/** The longest time from the claim until the carrier lists a message as sent, its own queue included. */
const SENT_WITHIN_MS = 15 * 60_000;
const CLOCK_SLACK_MS = 5 * 60_000;

/**
 * Fetches the actual price of messages when they are 1, 6, 24 and 72 hours old, an hour of them at a time. They are
 * listed by number, because a request per message would double our requests to the carrier.
 */
export function pricesLoop(pipeline: Pipeline, carrier: Carrier, log: Logger): Loop {
  return {
    name: "prices",
    run: async () => {
      const window = await takePriceWindow(pipeline);
      if (!window) return IDLE_MS;
      const corrected = await priceWindow(pipeline, carrier, window);
      const estimated = window.ageHours === LAST_AGE_HOURS ? await markEstimated(pipeline, window) : 0;
      await finishPriceWindow(pipeline, window);
      if (corrected + estimated > 0)
        log.info({ ageHours: window.ageHours, corrected, estimated }, "prices of sent messages");
      return 0;
    },
  };
}

async function priceWindow(pipeline: Pipeline, carrier: Carrier, window: PriceWindow): Promise<number> {
  let corrected = 0;
  for (const { from, firstAt, lastAt } of await unpricedNumbers(pipeline, window)) {
    const since = new Date(firstAt.getTime() - CLOCK_SLACK_MS);
    const until = new Date(lastAt.getTime() + SENT_WITHIN_MS);
    for await (const page of carrier.listMessages({ from }, since, until)) {
      const prices = page.flatMap(({ sid, priceMicros }) =>
        priceMicros === null ? [] : [{ sid, priceMicros }],
      );
      corrected += await correctPrices(pipeline, prices);
    }
  }
  return corrected;
}
