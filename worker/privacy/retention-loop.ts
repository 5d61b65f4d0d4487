import type { Pipeline } from "@smscrm/db/postgres/connection";
import { sweepRetention } from "@smscrm/db/privacy/retention";
import type { Loop } from "../loop.ts";

const IDLE_MS = 10 * 60_000;
/** Between batches, so that sending goes first. */
const PAUSE_MS = 200;

/** Removes what tenants keep no longer, in small batches, each rule once a day. */
export function retentionLoop(pipeline: Pipeline): Loop {
  return {
    name: "retention",
    run: async () => ((await sweepRetention(pipeline)) === null ? IDLE_MS : PAUSE_MS),
  };
}
