import { undoBatch } from "@smscrm/db/changes/undo-batches";
import { failUndo, type LeasedUndo, leaseUndo, releaseUndo } from "@smscrm/db/changes/undo-runs";
import type { Loop } from "../loop.ts";
import { type RunOptions, runBatches } from "./run-batches.ts";

const LOOK_EVERY_MS = 1_000;

export interface UndoOptions extends RunOptions {
  contactsPerBatch?: number;
}

/** Undoes imports and bulk actions, one per round, batch by batch. At `stop` the undo is released for another worker. */
export function undoLoop(options: UndoOptions): Loop {
  return {
    name: "undo",
    run: async () => {
      const undo = await leaseUndo(options.pipeline, options.workerId);
      if (!undo) return LOOK_EVERY_MS;
      await undoRun(options, undo);
      return 0;
    },
  };
}

function undoRun(options: UndoOptions, undo: LeasedUndo): Promise<void> {
  const { pipeline, workerId, contactsPerBatch } = options;
  return runBatches(options, {
    name: "undo",
    id: undo.runId,
    batch: () => undoBatch(pipeline, workerId, undo, contactsPerBatch),
    release: () => releaseUndo(pipeline, undo.runId, workerId),
    fail: () => failUndo(pipeline, undo.runId, workerId, PROGRAM_FAULT),
  });
}

const PROGRAM_FAULT =
  "The undo stopped because of an error in the program. What it did so far stays. Undo again to continue from there.";
