import { undoBatch } from "@smscrm/db/imports/undo-batches";
import { failUndo, type LeasedUndo, leaseUndo, releaseUndo } from "@smscrm/db/imports/undo-runs";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { mayPass } from "@smscrm/db/postgres/connection-faults";
import { rest } from "@smscrm/db/postgres/rest";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";

const LOOK_EVERY_MS = 1_000;
/** Between batches, so that sending goes first: a batch may keep the tenant's claims waiting. */
const PAUSE_MS = 20;

export interface UndoOptions {
  pipeline: Pipeline;
  workerId: string;
  log: Pick<Logger, "info" | "error">;
  stop: AbortSignal;
  contactsPerBatch?: number;
}

/** Undoes imports, one per round, batch by batch. At `stop` the undo is released for another worker. */
export function undoLoop(options: UndoOptions): Loop {
  return {
    name: "undo",
    run: async () => {
      const undo = await leaseUndo(options.pipeline, options.workerId);
      if (!undo) return LOOK_EVERY_MS;
      await undoImport(options, undo);
      return 0;
    },
  };
}

async function undoImport(
  { pipeline, workerId, log, stop, contactsPerBatch }: UndoOptions,
  undo: LeasedUndo,
): Promise<void> {
  const { importId } = undo;
  const startedMs = performance.now();
  log.info({ importId }, "undo begins");
  try {
    let step = await undoBatch(pipeline, workerId, undo, contactsPerBatch);
    while (step === "again" && !stop.aborted) {
      await rest(PAUSE_MS, stop);
      step = await undoBatch(pipeline, workerId, undo, contactsPerBatch);
    }
    if (step === "again") await releaseUndo(pipeline, importId, workerId);
    log.info({ importId, step, tookMs: Math.round(performance.now() - startedMs) }, "undo ends");
  } catch (error) {
    if (mayPass(error)) throw error;
    // The detail of an SQL error has people's values, so only its kind is logged.
    const { name = "Error", code = null } = error as { name?: string; code?: string };
    log.error({ importId, fault: { name, code } }, "undo failed");
    await failUndo(pipeline, importId, workerId, PROGRAM_FAULT);
  }
}

const PROGRAM_FAULT =
  "The undo stopped because of an error in the program. What it did so far stays. Undo again to continue from there.";
