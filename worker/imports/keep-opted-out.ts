import { optOutsOf } from "@smscrm/core/contacts/contact-import";
import { type ImportOptOut, rowOptions } from "@smscrm/core/contacts/import-rows";
import { writeImportOptOuts } from "@smscrm/db/imports/import-batches";
import { addOptedOut, holdImport, type LeasedImport } from "@smscrm/db/imports/import-runs";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { readRows } from "./read-rows.ts";
import { orderOf } from "./write-batch.ts";

/** Numbers whose consent is in doubt are kept in memory. A file with more of them was mapped wrongly. */
const UNCLEAR_MAX = 500_000;
const TOO_MANY_UNCLEAR =
  "More than 500,000 numbers have a consent value that isn't understood. Nobody was imported. Upload the file again and say what its values mean.";

export interface OptOutPass {
  pipeline: Pipeline;
  workerId: string;
  stop: AbortSignal;
}

/** The sentence is shown to the operator. */
export class UnusableFile extends Error {
  override name = "UnusableFile";
}

/**
 * Reads the whole file for opt-outs and adds them to the do-not-contact list before the first contact is written. If
 * one row allows a number and another forbids it, it must not be texted in between. A restart repeats it from the
 * beginning, which changes nothing. Returns the numbers whose consent is in doubt.
 */
export async function keepOptedOut(
  { pipeline, workerId, stop }: OptOutPass,
  file: LeasedImport,
): Promise<ReadonlySet<string> | "lost" | "stopped"> {
  const options = rowOptions(file);
  const unclear = new Set<string>();
  for await (const { rows } of readRows(pipeline, file)) {
    if (stop.aborted) return "stopped";
    const optOuts: ImportOptOut[] = [];
    for (const { cells, line, fault } of rows) {
      for (const found of fault === null ? optOutsOf(cells, file.mapping, options) : []) {
        if (found.verdict === "out") optOuts.push({ ...found, line });
        else unclear.add(found.phoneE164);
      }
    }
    if (unclear.size > UNCLEAR_MAX) throw new UnusableFile(TOO_MANY_UNCLEAR);
    const isOurs = await pipeline.begin(async (sql) => {
      if (!(await holdImport(sql, file.id, workerId, file.rowsDone))) return false;
      const { numbers } = await writeImportOptOuts(sql, orderOf(file), optOuts);
      await addOptedOut(sql, file.id, numbers);
      return true;
    });
    if (!isOurs) return "lost";
  }
  return unclear;
}
