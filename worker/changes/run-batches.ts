import type { Pipeline } from "@smscrm/db/postgres/connection";
import { mayPass } from "@smscrm/db/postgres/connection-faults";
import { rest } from "@smscrm/db/postgres/rest";
import type { Logger } from "pino";

/** Between batches, so that sending goes first: a batch may keep the tenant's claims waiting. */
const PAUSE_MS = 20;

export interface RunOptions {
  pipeline: Pipeline;
  workerId: string;
  log: Pick<Logger, "info" | "error">;
  stop: AbortSignal;
}

/** A bulk action or an undo that a worker has leased. */
interface Run {
  name: string;
  id: string;
  batch: () => Promise<"again" | "completed" | "lost">;
  release: () => Promise<void>;
  /** Marks it as failed: what it did stays. */
  fail: () => Promise<void>;
}

/** Runs batches until the run is completed or lost, or the worker stops: then it is released for another worker. */
export async function runBatches({ log, stop }: RunOptions, run: Run): Promise<void> {
  const { id: runId, name } = run;
  const startedMs = performance.now();
  log.info({ runId }, `${name} begins`);
  try {
    let step = await run.batch();
    while (step === "again" && !stop.aborted) {
      await rest(PAUSE_MS, stop);
      step = await run.batch();
    }
    if (step === "again") await run.release();
    log.info({ runId, step, tookMs: Math.round(performance.now() - startedMs) }, `${name} ends`);
  } catch (error) {
    if (mayPass(error)) throw error;
    // The detail of an SQL error has people's values, so only its kind is logged.
    const { name: kind = "Error", code = null } = error as { name?: string; code?: string };
    log.error({ runId, fault: { name: kind, code } }, `${name} failed`);
    await run.fail();
  }
}
