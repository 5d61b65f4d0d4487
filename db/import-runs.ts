import type { ImportMapping } from "@smscrm/core/contact-import";
import type { Encoding } from "@smscrm/core/csv-encoding";
import type { Pipeline, PipelineTransaction } from "./connection.ts";

/** A worker that was killed loses its import after this long; a living one renews it with every batch. */
export const IMPORT_LEASE_SECONDS = 30;
/** One import of a tenant at a time: "duplicate in file" is told by `contacts.last_import_id`. */
const LEASE_LOCK = 7364003;

/** Counts of rows so far; created + updated + unchanged + rejected = rowsDone, always. */
export interface ImportCounts {
  rowsDone: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  keptOptedOut: number;
  rejectedByReason: Record<string, number>;
}

/** An import that a worker has taken on, and where an earlier one left it. */
export interface LeasedImport extends ImportCounts {
  id: string;
  tenantId: string;
  fileName: string;
  sizeBytes: number;
  bytesDone: number;
  encoding: Encoding;
  delimiter: string;
  header: string[];
  mapping: ImportMapping;
  tags: string[];
  consentBasis: string;
  consentEvidence: string;
  createdBy: string | null;
  /** ISO 3166-1 alpha-2 of the tenant. */
  country: string;
}

/** Takes on the oldest import that waits, or whose worker has not been heard of. Null when there is none. */
export async function leaseImport(pipeline: Pipeline, workerId: string): Promise<LeasedImport | null> {
  return pipeline.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(${LEASE_LOCK})`;
    const [leased] = await sql<LeasedImport[]>`
      update imports i set status = 'running', leased_by = ${workerId},
        lease_until = clock_timestamp() + make_interval(secs => ${IMPORT_LEASE_SECONDS}),
        started_at = coalesce(i.started_at, clock_timestamp())
      from tenants t
      where t.id = i.tenant_id and i.id = (
        select w.id from imports w
        where (w.status = 'queued' or (w.status = 'running' and w.lease_until < clock_timestamp()))
          and not exists (
            select 1 from imports r
            where r.tenant_id = w.tenant_id and r.id <> w.id and r.status = 'running'
              and r.lease_until >= clock_timestamp())
        order by w.status desc, w.id limit 1
      )
      returning i.id, i.tenant_id as "tenantId", i.file_name as "fileName", i.size_bytes::float8 as "sizeBytes",
        i.bytes_done::float8 as "bytesDone", i.encoding, i.delimiter, i.header, i.mapping,
        coalesce(i.tags, '{}') as tags, i.consent_basis as "consentBasis", i.consent_evidence as "consentEvidence",
        i.created_by as "createdBy", i.rows_done as "rowsDone", i.created, i.updated, i.unchanged, i.rejected,
        i.kept_opted_out as "keptOptedOut", i.rejected_by_reason as "rejectedByReason", t.country`;
    return leased ?? null;
  });
}

/** Keeps the import while no batch is written. False when it was canceled or another worker has it. */
export async function renewImportLease(pipeline: Pipeline, id: string, workerId: string): Promise<boolean> {
  const renewed = await pipeline`
    update imports set lease_until = clock_timestamp() + make_interval(secs => ${IMPORT_LEASE_SECONDS})
    where id = ${id} and leased_by = ${workerId} and status = 'running'`;
  return renewed.count > 0;
}

/** Gives it back at once, for another worker to go on with: what a worker does that is told to stop. */
export async function releaseImport(pipeline: Pipeline, id: string, workerId: string): Promise<void> {
  await pipeline`
    update imports set status = 'queued', leased_by = null, lease_until = null
    where id = ${id} and leased_by = ${workerId} and status = 'running'`;
}

/** One piece of the file; null after the last. */
export async function readImportChunk(
  pipeline: Pipeline,
  importId: string,
  sequence: number,
): Promise<Uint8Array | null> {
  const [chunk] = await pipeline<{ data: Uint8Array }[]>`
    select data from import_chunks where import_id = ${importId} and sequence = ${sequence}`;
  return chunk?.data ?? null;
}

/**
 * Locks the import for this transaction. False when it was canceled, when another worker has it, or when its
 * position is not the one that the caller goes on from: then nothing of the batch may be written.
 */
export async function holdImport(
  sql: PipelineTransaction,
  id: string,
  workerId: string,
  rowsDone: number,
): Promise<boolean> {
  // A crash of the database may undo the last batches whole, position and all: they are simply done again.
  await sql`set local synchronous_commit = off`;
  const held = await sql`
    select 1 from imports
    where id = ${id} and leased_by = ${workerId} and status = 'running' and rows_done = ${rowsDone} for update`;
  return held.count > 0;
}

/** The position and the counts after a batch, in the batch's own transaction. */
export async function saveImportProgress(
  sql: PipelineTransaction,
  id: string,
  { bytesDone, ...counts }: ImportCounts & { bytesDone: number },
): Promise<void> {
  await sql`
    update imports set rows_done = ${counts.rowsDone}, bytes_done = ${bytesDone}, created = ${counts.created},
      updated = ${counts.updated}, unchanged = ${counts.unchanged}, rejected = ${counts.rejected},
      kept_opted_out = ${counts.keptOptedOut}, rejected_by_reason = ${sql.json(counts.rejectedByReason)},
      lease_until = clock_timestamp() + make_interval(secs => ${IMPORT_LEASE_SECONDS})
    where id = ${id}`;
}

/** The end of the file: the uploaded bytes go, the summary and the rejected rows stay. */
export async function completeImport(sql: PipelineTransaction, id: string): Promise<void> {
  await sql`
    update imports set status = 'completed', rows_total = rows_done, bytes_done = size_bytes,
      finished_at = clock_timestamp(), lease_until = null
    where id = ${id}`;
  await sql`delete from import_chunks where import_id = ${id}`;
}

/** An end that nobody wished for. `error` is a sentence for the operator. */
export async function failImport(
  pipeline: Pipeline,
  id: string,
  workerId: string,
  error: string,
): Promise<void> {
  await pipeline`
    update imports set status = 'failed', error = ${error}, finished_at = clock_timestamp(), lease_until = null
    where id = ${id} and leased_by = ${workerId} and status = 'running'`;
}

const STALE_UPLOAD_HOURS = 24;
const UNSTARTED_DAYS = 7;

/** Frees what was left lying: uploads that broke off, files that nobody started, the bytes of failed imports. */
export async function sweepImports(pipeline: Pipeline): Promise<void> {
  await pipeline`
    delete from imports
    where status = 'uploading' and created_at < clock_timestamp() - make_interval(hours => ${STALE_UPLOAD_HOURS})`;
  await pipeline`
    update imports set status = 'canceled', finished_at = clock_timestamp(),
      error = 'Nobody started this import within a week. Upload the file again.'
    where status = 'ready' and created_at < clock_timestamp() - make_interval(days => ${UNSTARTED_DAYS})`;
  await pipeline`
    delete from import_chunks c using imports i
    where i.tenant_id = c.tenant_id and i.id = c.import_id and i.status in ('completed', 'canceled', 'failed')`;
}
