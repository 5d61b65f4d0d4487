import type { FileConsent } from "@smscrm/core/consent/imported";
import type { ImportMapping } from "@smscrm/core/contacts/import-columns";
import type { TypedField } from "@smscrm/core/fields/field";
import type { Encoding } from "@smscrm/core/files/encoding-guess";
import type { FileLayout } from "@smscrm/core/files/file-layout";
import { otherRuns } from "../changes/turns.ts";
import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";

/** A killed worker loses its import after this time; a running one renews the lease with every batch. */
const IMPORT_LEASE_SECONDS = 30;

/** Counts of rows so far; always created + updated + unchanged + rejected = rowsDone. */
export interface ImportCounts {
  rowsDone: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  keptOptedOut: number;
  /** Of the updated: people whose name the file changed. */
  renamed: number;
  rejectedByReason: Record<string, number>;
}

/** An import leased by a worker, with the position of an earlier run. */
export interface LeasedImport extends ImportCounts {
  id: string;
  tenantId: string;
  fileName: string;
  kind: "contacts" | "opt-outs";
  hasHeader: boolean;
  sizeBytes: number;
  bytesDone: number;
  encoding: Encoding;
  delimiter: string;
  layout: FileLayout;
  header: string[];
  mapping: ImportMapping;
  tags: string[];
  /** Null for a list of opt-outs. */
  consentBasis: string | null;
  consentEvidence: string;
  /** What else holds for the consent of every row; null: nothing. */
  consent: FileConsent | null;
  createdBy: string | null;
  /** ISO 3166-1 alpha-2 of the tenant. */
  country: string;
  /** The custom fields that the tenant defined. */
  fields: TypedField[];
}

/** Leases the oldest import that is queued or whose lease ran out. Null if there is none. */
export async function leaseImport(pipeline: Pipeline, workerId: string): Promise<LeasedImport | null> {
  return pipeline.begin(async (sql) => {
    // One import of a tenant runs at a time, because `contacts.last_import_id` detects "duplicate in file".
    await sql`select pg_advisory_xact_lock(${LOCK_KEYS.importLease})`;
    const [leased] = await sql<LeasedImport[]>`
      update imports i set status = 'running', leased_by = ${workerId},
        lease_until = clock_timestamp() + make_interval(secs => ${IMPORT_LEASE_SECONDS}),
        started_at = coalesce(i.started_at, clock_timestamp()), is_logged = i.is_logged or i.rows_done = 0
      from tenants t
      where t.id = i.tenant_id and i.id = (
        select w.id from imports w
        where (w.status = 'queued' or (w.status = 'running' and w.lease_until < clock_timestamp()))
          and not (${sql.unsafe(otherRuns("w.id"))})
        order by w.status desc, w.id limit 1
      )
      returning i.id, i.tenant_id as "tenantId", i.file_name as "fileName", i.kind,
        i.has_header as "hasHeader", i.size_bytes::float8 as "sizeBytes",
        i.bytes_done::float8 as "bytesDone", i.encoding, i.delimiter, i.layout, i.header, i.mapping,
        coalesce(i.tags, '{}') as tags, i.consent_basis as "consentBasis", i.consent_evidence as "consentEvidence", i.consent,
        i.created_by as "createdBy", i.rows_done as "rowsDone", i.created, i.updated, i.unchanged, i.rejected,
        i.kept_opted_out as "keptOptedOut", i.renamed, i.rejected_by_reason as "rejectedByReason", t.country,
        coalesce((select jsonb_agg(jsonb_build_object('name', f.name, 'type', f.type, 'choices', f.choices))
          from contact_fields f where f.tenant_id = i.tenant_id and f.removed_at is null), '[]') as fields`;
    return leased ?? null;
  });
}

/** Renews the lease while no batch is written. False when the import was canceled or another worker has it. */
export async function renewImportLease(pipeline: Pipeline, id: string, workerId: string): Promise<boolean> {
  const renewed = await pipeline`
    update imports set lease_until = clock_timestamp() + make_interval(secs => ${IMPORT_LEASE_SECONDS})
    where id = ${id} and leased_by = ${workerId} and status = 'running'`;
  return renewed.count > 0;
}

/** Releases the import at once, so that another worker can continue it. A worker that stops calls this. */
export async function releaseImport(pipeline: Pipeline, id: string, workerId: string): Promise<void> {
  await pipeline`
    update imports set status = 'queued', leased_by = null, lease_until = null
    where id = ${id} and leased_by = ${workerId} and status = 'running'`;
}

/** Returns one piece of the file; null after the last. */
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
 * Locks the import for this transaction. False when it was canceled, when another worker has it, or when it has
 * another position than the caller's. Then nothing of the batch may be written.
 */
export async function holdImport(
  sql: PipelineTransaction,
  id: string,
  workerId: string,
  rowsDone: number,
): Promise<boolean> {
  // A crash of the database may undo the last batches completely, with their position: they run again.
  await sql`set local synchronous_commit = off`;
  const held = await sql`
    select 1 from imports
    where id = ${id} and leased_by = ${workerId} and status = 'running' and rows_done = ${rowsDone} for update`;
  return held.count > 0;
}

/** Saves the position and the counts after a batch, in the batch's transaction. */
export async function saveImportProgress(
  sql: PipelineTransaction,
  id: string,
  { bytesDone, ...counts }: ImportCounts & { bytesDone: number },
): Promise<void> {
  await sql`
    update imports set rows_done = ${counts.rowsDone}, bytes_done = ${bytesDone}, created = ${counts.created},
      updated = ${counts.updated}, unchanged = ${counts.unchanged}, rejected = ${counts.rejected},
      kept_opted_out = ${counts.keptOptedOut}, renamed = ${counts.renamed}, rejected_by_reason = ${sql.json(counts.rejectedByReason)},
      lease_until = clock_timestamp() + make_interval(secs => ${IMPORT_LEASE_SECONDS})
    where id = ${id}`;
}

/** Counts numbers that the file put on the do-not-contact list, in their transaction, and renews the lease. */
export async function addOptedOut(sql: PipelineTransaction, id: string, optedOut: number): Promise<void> {
  await sql`
    update imports set opted_out = opted_out + ${optedOut},
      lease_until = clock_timestamp() + make_interval(secs => ${IMPORT_LEASE_SECONDS})
    where id = ${id}`;
}

/** Completes an import: deletes the uploaded bytes, and keeps the summary and the rejected rows. */
export async function completeImport(sql: PipelineTransaction, id: string): Promise<void> {
  await sql`
    update imports set status = 'completed', rows_total = rows_done, bytes_done = size_bytes,
      finished_at = clock_timestamp(), lease_until = null
    where id = ${id}`;
  await sql`delete from import_chunks where import_id = ${id}`;
}

/** Marks an import as failed. `error` is a sentence for the operator. */
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

/** Cleans up: uploads that broke off, imports that nobody started, the bytes of finished imports. */
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
