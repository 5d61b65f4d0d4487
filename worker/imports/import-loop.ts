import { sweepDiffs } from "@smscrm/db/imports/diff-runs";
import {
  failImport,
  type LeasedImport,
  leaseImport,
  releaseImport,
  sweepImports,
} from "@smscrm/db/imports/import-runs";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { mayPass } from "@smscrm/db/postgres/connection-faults";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";
import { UnusableFile } from "./keep-opted-out.ts";
import { runImport } from "./run-import.ts";

const LOOK_EVERY_MS = 500;
const SWEEP_EVERY_MS = 10 * 60_000;

export interface ImportsOptions {
  pipeline: Pipeline;
  workerId: string;
  log: Pick<Logger, "info" | "error">;
  stop: AbortSignal;
}

/**
 * Runs the imports that operators have started, one file per round. At `stop` the round ends after the current batch,
 * and the import is released for another worker. If the database is away, the lease expires and any worker takes the
 * import.
 */
export function importLoop(options: ImportsOptions): Loop {
  const { pipeline, workerId } = options;
  let sweepAt = 0;
  return {
    name: "import",
    run: async () => {
      if (Date.now() >= sweepAt) {
        await sweepImports(pipeline);
        await sweepDiffs(pipeline);
        sweepAt = Date.now() + SWEEP_EVERY_MS;
      }
      const file = await leaseImport(pipeline, workerId);
      if (!file) return LOOK_EVERY_MS;
      await importFile(options, file);
      return 0;
    },
  };
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
      error instanceof UnusableFile ? error.message : PROGRAM_FAULT,
    );
  }
}

const PROGRAM_FAULT =
  "The import stopped because of an error in the program. The rows counted here are imported. Upload the file again to continue: nobody is added twice.";

/** The detail of an SQL error contains the row's values (numbers, names), so only its kind is logged. */
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
