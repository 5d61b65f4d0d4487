import { failDiff, leaseDiff } from "@smscrm/db/imports/diff-runs";
import { mayPass } from "@smscrm/db/postgres/connection-faults";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";
import { type CompareOptions, compareFile } from "./compare-file.ts";

const LOOK_EVERY_MS = 500;

/** Compares uploaded files with the contacts before they are imported, one file per round. */
export function compareLoop(options: CompareOptions & { log: Pick<Logger, "info" | "error"> }): Loop {
  const { pipeline, workerId, log } = options;
  return {
    name: "compare",
    run: async () => {
      const file = await leaseDiff(pipeline, workerId);
      if (!file) return LOOK_EVERY_MS;
      try {
        const end = await compareFile(options, file);
        log.info({ importId: file.id, end }, "comparison ends");
      } catch (error) {
        if (mayPass(error)) throw error;
        // The detail of an SQL error has people's values, so only its kind is logged.
        const { name = "Error", code = null } = error as { name?: string; code?: string };
        log.error({ importId: file.id, fault: { name, code } }, "comparison failed");
        await failDiff(pipeline, file.id, workerId, PROGRAM_FAULT);
      }
      return 0;
    },
  };
}

const PROGRAM_FAULT =
  "The file could not be compared because of an error in the program. Nothing was imported.";
