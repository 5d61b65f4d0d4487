import { setTimeout as sleep } from "node:timers/promises";
import type { Pipeline } from "@smscrm/db/connection";
import {
  failImport,
  type LeasedImport,
  leaseImport,
  releaseImport,
  sweepImports,
} from "@smscrm/db/import-runs";
import type { Logger } from "pino";
import { runImport } from "./run-import.ts";

const LOOK_EVERY_MS = 500;
const AFTER_A_FAULT_MS = 3000;
const SWEEP_EVERY_MS = 10 * 60_000;

export interface ImportsOptions {
  pipeline: Pipeline;
  workerId: string;
  log: Pick<Logger, "info" | "error">;
  stop: AbortSignal;
}

/**
 * Imports what operators have started, one file at a time, until `stop`. The promise resolves once the batch under way
 * is written and the import is given back for another worker to go on with.
 */
export async function startImports(options: ImportsOptions): Promise<void> {
  const { pipeline, workerId, log, stop } = options;
  let sweepAt = 0;
  while (!stop.aborted) {
    try {
      if (Date.now() >= sweepAt) {
        sweepAt = Date.now() + SWEEP_EVERY_MS;
        await sweepImports(pipeline);
      }
      const file = await leaseImport(pipeline, workerId);
      if (file) await importFile(options, file);
      else await pause(LOOK_EVERY_MS, stop);
    } catch (error) {
      // The database is away: what was leased is found again by its lease, here or elsewhere.
      log.error({ fault: faultOf(error) }, "imports are waiting for the database");
      await pause(AFTER_A_FAULT_MS, stop);
    }
  }
}

async function importFile(
  { pipeline, workerId, log, stop }: ImportsOptions,
  file: LeasedImport,
): Promise<void> {
  const started = Date.now();
  log.info({ importId: file.id, rowsDone: file.rowsDone }, "import begins");
  try {
    const end = await runImport({ pipeline, workerId, stop }, file);
    if (end === "stopped") await releaseImport(pipeline, file.id, workerId);
    log.info({ importId: file.id, end, tookMs: Date.now() - started }, "import ends");
  } catch (error) {
    if (mayPass(error)) throw error;
    log.error({ importId: file.id, fault: faultOf(error) }, "import failed");
    await failImport(
      pipeline,
      file.id,
      workerId,
      "The import stopped because of a fault in the program. The rows counted here are in; upload the file again to go on: nobody is added twice.",
    );
  }
}

/** Classes of SQL errors that another attempt may not meet: connections, resources, deadlocks, an operator's stop. */
const PASSING = /^(08|40|53|55|57|58)/;

function mayPass(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code !== "string") return false;
  return name === "PostgresError" ? PASSING.test(code) : /^(CONNECTION|CONNECT_|E[A-Z]+$)/.test(code);
}

/** An SQL error carries the row's values (numbers, names) in its detail: only what kind it was is logged. */
function faultOf(error: unknown): {
  name: string;
  code: string | null;
  where: string | null;
  message: string | null;
} {
  const {
    name = "Error",
    code = null,
    message = "",
    stack,
    constraint_name: constraint,
  } = error as Record<string, string>;
  const isSql = name === "PostgresError";
  return {
    name,
    code,
    where: constraint ?? stack?.split("\n").find((line) => line.includes("    at ")) ?? null,
    message: isSql ? null : message.slice(0, 200),
  };
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch(() => {});
}
