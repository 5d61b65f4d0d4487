import { sweepChanges } from "@smscrm/db/changes/change-log";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { sweepRetention } from "@smscrm/db/privacy/retention";
import { sweepSuppressed } from "@smscrm/db/suppression/sweep";
import type { Loop } from "../loop.ts";

const IDLE_MS = 10 * 60_000;
/** Between batches, so that sending goes first. */
const PAUSE_MS = 200;

/**
 * Removes what tenants keep no longer, in small batches, each rule once a day, the numbers of replaced lists and old
 * imports' change logs.
 */
export function retentionLoop(pipeline: Pipeline): Loop {
  return {
    name: "retention",
    run: async () => {
      const swept = [
        await sweepRetention(pipeline),
        await sweepSuppressed(pipeline),
        await sweepChanges(pipeline),
      ];
      return swept.every((rows) => rows === null) ? IDLE_MS : PAUSE_MS;
    },
  };
}
