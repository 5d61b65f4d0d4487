import type { CsvRow } from "@smscrm/core/csv-rows";
import type { Pipeline } from "@smscrm/db/connection";
import {
  type BatchOutcome,
  type ContactColumns,
  contactColumns,
  writeImportBatch,
  writeRejections,
} from "@smscrm/db/import-batches";
import {
  completeImport,
  holdImport,
  type ImportCounts,
  type LeasedImport,
  saveImportProgress,
} from "@smscrm/db/import-runs";
import { duplicateRow, type JudgedRows, judgeRows } from "./judge-rows.ts";

/** Consecutive rows of the file, and where they leave the reader. */
export interface Batch {
  rows: CsvRow[];
  bytesRead: number;
  /** The file ends here. */
  last: boolean;
}

export type PreparedBatch = Batch & Omit<JudgedRows, "contacts"> & { contacts: ContactColumns };

export function prepareBatch(batch: Batch, file: LeasedImport): PreparedBatch {
  const judged = judgeRows(batch.rows, file);
  return { ...batch, ...judged, contacts: contactColumns(judged.contacts) };
}

/**
 * Writes contacts, consents, rejected rows, counts and the position in one transaction: a batch is in whole or not
 * at all, so that an import killed at any moment goes on without doubling. Null when the import is no longer ours.
 */
export async function writeBatch(
  pipeline: Pipeline,
  workerId: string,
  file: LeasedImport,
  counts: ImportCounts,
  batch: PreparedBatch,
): Promise<ImportCounts | null> {
  return pipeline.begin(async (sql) => {
    if (!(await holdImport(sql, file.id, workerId, counts.rowsDone))) return null;
    const outcome = batch.sources.length > 0 ? await writeImportBatch(sql, orderOf(file, batch)) : NOTHING;
    const repeated = outcome.repeated.flatMap((index) => batch.sources[index] ?? []).map(duplicateRow);
    const rejected = [...batch.rejected, ...repeated];
    await writeRejections(sql, { tenantId: file.tenantId, importId: file.id }, rejected);
    const after = addedUp(counts, outcome, batch.rows.length, rejected);
    await saveImportProgress(sql, file.id, { ...after, bytesDone: batch.bytesRead });
    if (batch.last) await completeImport(sql, file.id);
    return after;
  });
}

const NOTHING: BatchOutcome = { created: 0, updated: 0, unchanged: 0, keptOptedOut: 0, repeated: [] };

function orderOf(file: LeasedImport, { contacts }: PreparedBatch) {
  const { id, tenantId, consentBasis, consentEvidence, fileName, createdBy } = file;
  const evidence = { importId: id, fileName, statement: consentEvidence };
  return { importId: id, tenantId, consentBasis, evidence, recordedBy: createdBy, contacts };
}

function addedUp(
  counts: ImportCounts,
  outcome: BatchOutcome,
  rows: number,
  rejected: readonly { reason: string }[],
): ImportCounts {
  const rejectedByReason = { ...counts.rejectedByReason };
  for (const { reason } of rejected) rejectedByReason[reason] = (rejectedByReason[reason] ?? 0) + 1;
  return {
    rowsDone: counts.rowsDone + rows,
    created: counts.created + outcome.created,
    updated: counts.updated + outcome.updated,
    unchanged: counts.unchanged + outcome.unchanged,
    rejected: counts.rejected + rejected.length,
    keptOptedOut: counts.keptOptedOut + outcome.keptOptedOut,
    rejectedByReason,
  };
}
