import { bulkBatch } from "@smscrm/db/changes/bulk/batches";
import { failBulk, type LeasedBulk, leaseBulk, releaseBulk } from "@smscrm/db/changes/bulk/runs";
import type { Loop } from "../loop.ts";
import { type RunOptions, runBatches } from "./run-batches.ts";

const LOOK_EVERY_MS = 1_000;

/** Does bulk actions, one per round, batch by batch. At `stop` the action is released for another worker. */
export function bulkLoop(options: RunOptions): Loop {
  return {
    name: "bulk actions",
    run: async () => {
      const bulk = await leaseBulk(options.pipeline, options.workerId);
      if (!bulk) return LOOK_EVERY_MS;
      await runBulk(options, bulk);
      return 0;
    },
  };
}

function runBulk(options: RunOptions, bulk: LeasedBulk): Promise<void> {
  const { pipeline, workerId } = options;
  return runBatches(options, {
    name: "bulk action",
    id: bulk.id,
    batch: () => bulkBatch(pipeline, workerId, bulk),
    release: () => releaseBulk(pipeline, bulk.id, workerId),
    fail: () => failBulk(pipeline, bulk.id, workerId, PROGRAM_FAULT),
  });
}

const PROGRAM_FAULT =
  "The action stopped because of an error in the program. What it did so far stays. You can undo that, or start the action again.";
