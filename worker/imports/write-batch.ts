import { duplicateRow, type EvaluatedRows, erasedRow, evaluateRows } from "@smscrm/core/contacts/import-rows";
import type { CsvRow } from "@smscrm/core/files/csv-rows";
import { type ContactColumns, contactColumns } from "@smscrm/db/imports/contact-columns";
import {
  type BatchOutcome,
  hideErased,
  writeImportBatch,
  writeImportOptOuts,
  writeRejections,
} from "@smscrm/db/imports/import-batches";
import {
  addOptedOut,
  completeImport,
  holdImport,
  type ImportCounts,
  type LeasedImport,
  saveImportProgress,
} from "@smscrm/db/imports/import-runs";
import type { Pipeline, PipelineTransaction } from "@smscrm/db/postgres/connection";

/** Consecutive rows of the file, and the position after them. */
export interface Batch {
  rows: CsvRow[];
  bytesRead: number;
  /** Whether the file ends here. */
  last: boolean;
}

export type PreparedBatch = Batch & Omit<EvaluatedRows, "contacts"> & { contacts: ContactColumns };

export function prepareBatch(batch: Batch, file: LeasedImport, unclear?: ReadonlySet<string>): PreparedBatch {
  const evaluated = evaluateRows(batch.rows, file, unclear);
  return { ...batch, ...evaluated, contacts: contactColumns(evaluated.contacts) };
}

/**
 * Writes contacts, consents, rejected rows, counts and the position in one transaction. A batch is written whole or
 * not at all, so that an import that is killed resumes without writing rows twice. Null if the import is no longer
 * ours.
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
    const outcome = await writeRows(sql, file, batch);
    const repeated = outcome.repeated.flatMap((index) => batch.sources[index] ?? []).map(duplicateRow);
    const erased = outcome.erased.flatMap((index) => batch.sources[index] ?? []).map(erasedRow);
    const rejected = await hideErased(sql, file, [...batch.rejected, ...repeated, ...erased]);
    await writeRejections(sql, { tenantId: file.tenantId, importId: file.id }, rejected);
    const after = addedUp(counts, outcome, batch.rows.length, rejected);
    await saveImportProgress(sql, file.id, { ...after, bytesDone: batch.bytesRead });
    if (batch.last) await completeImport(sql, file.id);
    return after;
  });
}

const NOTHING: BatchOutcome = {
  created: 0,
  updated: 0,
  renamed: 0,
  unchanged: 0,
  keptOptedOut: 0,
  repeated: [],
  erased: [],
};

async function writeRows(
  sql: PipelineTransaction,
  file: LeasedImport,
  { sources, contacts, optOuts }: PreparedBatch,
): Promise<BatchOutcome> {
  if (sources.length > 0) {
    return writeImportBatch(sql, {
      ...orderOf(file),
      consentBasis: file.consentBasis,
      consent: file.consent,
      contacts,
    });
  }
  if (optOuts.length === 0) return NOTHING;
  const { numbers, rows } = await writeImportOptOuts(sql, orderOf(file), optOuts);
  await addOptedOut(sql, file.id, numbers);
  const unchanged = new Set(optOuts.map(({ line }) => line)).size - rows;
  return { ...NOTHING, created: rows, unchanged };
}

/** Returns what is recorded with every row that an import writes. */
export function orderOf({ id, tenantId, consentEvidence, fileName, createdBy }: LeasedImport) {
  const evidence = { importId: id, fileName, statement: consentEvidence };
  return { importId: id, tenantId, evidence, recordedBy: createdBy };
}

/** Adds a batch's outcome to the counts of the rows before it. */
export function addedUp(
  counts: ImportCounts,
  outcome: Omit<BatchOutcome, "repeated" | "erased">,
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
    renamed: counts.renamed + outcome.renamed,
    rejectedByReason,
  };
}
