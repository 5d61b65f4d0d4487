import { optOutsOf } from "@smscrm/core/contacts/contact-import";
import { duplicateRow, erasedRow, evaluateRows, rowOptions } from "@smscrm/core/contacts/import-rows";
import type { CsvRow } from "@smscrm/core/files/csv-rows";
import { contactColumns } from "@smscrm/db/imports/contact-columns";
import { compareBatch, saveDiff } from "@smscrm/db/imports/diff-runs";
import { hideErased } from "@smscrm/db/imports/import-batches";
import type { ImportCounts, LeasedImport } from "@smscrm/db/imports/import-runs";
import type { Pipeline, PipelineTransaction } from "@smscrm/db/postgres/connection";
import { readRows } from "./read-rows.ts";
import { addedUp, orderOf } from "./write-batch.ts";

const ROWS_PER_BATCH = 2_000;
/** The numbers of the rows are kept in memory, so that one that comes twice is found. */
const ROWS_MAX = 1_000_000;

export interface CompareOptions {
  pipeline: Pipeline;
  workerId: string;
  stop: AbortSignal;
  rowsMax?: number;
}

/** `lost`: other answers replaced it, or the import began. `stopped`: the worker stops, and another one begins again. */
type CompareEnd = "completed" | "lost" | "stopped";

/** Counts what an import of this file would do, batch by batch, by the functions and the statement of the import. */
export async function compareFile(
  { pipeline, workerId, stop, rowsMax = ROWS_MAX }: CompareOptions,
  file: LeasedImport,
): Promise<CompareEnd> {
  const said = await whoOptsOut(pipeline, file, stop);
  if (said === "stopped") return said;
  const seen = new Set<string>();
  let counts: ImportCounts = file;
  const compare = async (tx: PipelineTransaction, rows: readonly CsvRow[]): Promise<ImportCounts> => {
    const { contacts, sources, rejected } = evaluateRows(rows, file, said.unclear);
    const isNew = contacts.map(({ phoneE164 }) => !seen.has(phoneE164));
    const fresh = contacts.filter((_, at) => isNew[at]);
    const freshSources = sources.filter((_, at) => isNew[at]);
    const repeated = sources.filter((_, at) => !isNew[at]).map(duplicateRow);
    for (const { phoneE164 } of fresh) seen.add(phoneE164);
    const outcome = await compareBatch(
      tx,
      {
        ...orderOf(file),
        ...{ consentBasis: file.consentBasis, consent: file.consent, contacts: contactColumns(fresh) },
      },
      {
        optOuts: fresh.flatMap(({ phoneE164 }) => (said.out.has(phoneE164) ? [phoneE164] : [])),
        listed: counts.updated,
      },
    );
    const erased = outcome.erased.flatMap((at) => freshSources[at] ?? []).map(erasedRow);
    const refused = await hideErased(tx, file, [...rejected, ...repeated, ...erased]);
    return addedUp(counts, outcome, rows.length, refused);
  };
  const save = (rows: readonly CsvRow[], bytesDone: number, end: { isWhole: boolean } | null) =>
    pipeline.begin(async (tx) => {
      const after = await compare(tx, rows);
      const progress = { ...after, bytesDone, optedOut: said.out.size };
      if (!(await saveDiff(tx, file.id, workerId, progress, end))) throw new Lost();
      return after;
    });
  try {
    let rows: CsvRow[] = [];
    for await (const read of readRows(pipeline, file)) {
      rows = rows.concat(read.rows);
      while (rows.length >= ROWS_PER_BATCH) {
        if (stop.aborted) return "stopped";
        if (counts.rowsDone >= rowsMax) {
          await save([], read.bytesRead, { isWhole: false });
          return "completed";
        }
        counts = await save(rows.slice(0, ROWS_PER_BATCH), read.bytesRead, null);
        rows = rows.slice(ROWS_PER_BATCH);
      }
    }
    await save(rows, file.sizeBytes, { isWhole: true });
    return "completed";
  } catch (error) {
    if (error instanceof Lost) return "lost";
    throw error;
  }
}

class Lost extends Error {
  override name = "Lost";
}

/** Reads the whole file for opt-outs, as the import does before its first contact, and records none. */
async function whoOptsOut(pipeline: Pipeline, file: LeasedImport, stop: AbortSignal) {
  const out = new Set<string>();
  const unclear = new Set<string>();
  if ((file.mapping.consent ?? []).length === 0) return { out, unclear };
  const options = rowOptions(file);
  for await (const { rows } of readRows(pipeline, file)) {
    if (stop.aborted) return "stopped";
    for (const { cells, fault } of rows)
      for (const found of fault === null ? optOutsOf(cells, file.mapping, options) : [])
        (found.verdict === "out" ? out : unclear).add(found.phoneE164);
  }
  return { out, unclear };
}
