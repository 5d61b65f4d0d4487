import type { CsvRow } from "@smscrm/core/files/csv-rows";
import { type ImportCounts, type LeasedImport, renewImportLease } from "@smscrm/db/imports/import-runs";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { refreshStatistics } from "@smscrm/db/postgres/statistics";
import { keepOptedOut } from "./keep-opted-out.ts";
import { readRows } from "./read-rows.ts";
import { type Batch, prepareBatch, writeBatch } from "./write-batch.ts";

/** Large enough that the statement's own cost does not matter, small enough that a cancel takes effect at once. */
const ROWS_PER_BATCH = 2000;
const RENEW_AFTER_MS = 5000;

export interface ImportRun {
  pipeline: Pipeline;
  workerId: string;
  stop: AbortSignal;
  rowsPerBatch?: number;
}

/** `lost`: canceled, or taken over by another worker. `stopped`: this worker is stopping. */
export type ImportEnd = "completed" | "lost" | "stopped";

/**
 * Runs a leased import from its saved position to its end. The rows before the position are read again and skipped:
 * that is safer than seeking into the middle of a file. While one batch is written the next is prepared.
 */
export async function runImport(run: ImportRun, file: LeasedImport): Promise<ImportEnd> {
  let counts: ImportCounts = file;
  let writing: Promise<ImportCounts | null> | null = null;
  const unclear = await optOutsFirst(run, file);
  if (typeof unclear === "string") return unclear;
  try {
    for await (const batch of batches(run, file)) {
      if (batch === "lost") return "lost";
      const prepared = prepareBatch(batch, file, unclear);
      if (writing) {
        const written = await writing;
        writing = null;
        if (written === null) return "lost";
        counts = written;
      }
      if (run.stop.aborted) return "stopped";
      writing = writeBatch(run.pipeline, run.workerId, file, counts, prepared);
      // Awaited in the next round; until then its rejection must not count as unhandled.
      writing.catch(() => {});
    }
    const written = await writing;
    if (written === null) return "lost";
    await refreshStatistics(run.pipeline, "contacts", written.created + written.updated);
    return "completed";
  } finally {
    await writing?.catch(() => {});
  }
}

/** Reads a file twice only if it has consent columns. */
async function optOutsFirst(run: ImportRun, file: LeasedImport) {
  const speaks = file.kind === "contacts" && (file.mapping.consent ?? []).length > 0;
  return speaks ? keepOptedOut(run, file) : new Set<string>();
}

/** Yields the remaining rows in batches of the same size each time; the last one may be empty. */
async function* batches(run: ImportRun, file: LeasedImport): AsyncGenerator<Batch | "lost"> {
  const size = run.rowsPerBatch ?? ROWS_PER_BATCH;
  let toSkip = file.rowsDone;
  let rows: CsvRow[] = [];
  let bytesBefore = 0;
  let renewedAt = Date.now();
  for await (const read of readRows(run.pipeline, file)) {
    const skipped = Math.min(toSkip, read.rows.length);
    toSkip -= skipped;
    rows = rows.length === 0 ? read.rows.slice(skipped) : rows.concat(read.rows.slice(skipped));
    let at = 0;
    for (; rows.length - at >= size; at += size) {
      const share = (at + size) / rows.length;
      const bytesRead = Math.round(bytesBefore + (read.bytesRead - bytesBefore) * share);
      yield { rows: rows.slice(at, at + size), bytesRead, last: false };
      renewedAt = Date.now();
    }
    rows = rows.slice(at);
    bytesBefore = read.bytesRead;
    if (Date.now() - renewedAt > RENEW_AFTER_MS) {
      if (!(await renewImportLease(run.pipeline, file.id, run.workerId))) return yield "lost";
      renewedAt = Date.now();
    }
  }
  yield { rows, bytesRead: file.sizeBytes, last: true };
}
