import type { FileLayout } from "@smscrm/core/files/file-layout";
import { and, eq, gt, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import { storableText } from "../postgres/storable-text.ts";
import { type ImportKind, importChunks, imports } from "../schema/index.ts";

export interface UploadQuota {
  /** The most bytes that one tenant may upload in 24 hours, over all files. */
  bytesPerDay: number;
  /** The most files of one tenant that may be uploaded at the same time. */
  openMax: number;
}

/** An upload older than this has failed, whatever its row says; see `sweepImports`. */
const OPEN_UPLOAD_HOURS = 1;

/**
 * Returns how many files of a tenant arrive now, and the bytes of its uploads in the last 24 hours. Takes a lock until
 * the end of the transaction, so that parallel uploads are counted one after the other.
 */
async function lockUploads(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ open: number; bytes: number }> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.uploads + tenantId}, 0))`,
  );
  const [sums] = await tx
    .select({
      open: sql<number>`count(*) filter (where ${imports.status} = 'uploading'
        and ${imports.createdAt} > clock_timestamp() - make_interval(hours => ${OPEN_UPLOAD_HOURS}))::int`,
      bytes: sql<number>`coalesce(sum(${imports.sizeBytes}), 0)::float8`,
    })
    .from(imports)
    .where(
      and(
        eq(imports.tenantId, tenantId),
        gt(imports.createdAt, sql`clock_timestamp() - make_interval(days => 1)`),
      ),
    );
  return sums ?? { open: 0, bytes: 0 };
}

/** Creates an import for a file that begins to arrive, or returns why it may not. */
export async function createImportWithin(
  tx: TenantTransaction,
  tenantId: string,
  quota: UploadQuota,
  file: { fileName: string; createdBy: string; kind?: ImportKind },
): Promise<{ id: string; bytesLeft: number } | "too-many-open" | "day-is-full"> {
  const { open, bytes } = await lockUploads(tx, tenantId);
  if (open >= quota.openMax) return "too-many-open";
  if (bytes >= quota.bytesPerDay) return "day-is-full";
  return { id: await createImport(tx, tenantId, file), bytesLeft: quota.bytesPerDay - bytes };
}

/** Creates an import whose upload begins. */
export async function createImport(
  tx: TenantTransaction,
  tenantId: string,
  { fileName, createdBy, kind = "contacts" }: { fileName: string; createdBy: string; kind?: ImportKind },
): Promise<string> {
  const [row] = await tx
    .insert(imports)
    .values({ tenantId, fileName, createdBy, kind })
    .returning({ id: imports.id });
  if (!row) throw new Error("an import was not inserted");
  return row.id;
}

/** Adds the next piece of the file, in order from 0. */
export async function addImportChunk(
  tx: TenantTransaction,
  tenantId: string,
  importId: string,
  sequence: number,
  data: Uint8Array,
): Promise<void> {
  await tx.insert(importChunks).values({ tenantId, importId, sequence, data });
}

export interface UploadedFile {
  sizeBytes: number;
  encoding: string;
  delimiter: string;
  layout?: FileLayout;
  header: string[];
  /** False if the first row is already data; then `header` numbers the columns. */
  hasHeader?: boolean;
  sample: string[][];
}

/**
 * Like `finishUpload`. Returns false, with nothing changed, if other uploads used up the day's limit while this file
 * arrived.
 */
export async function finishUploadWithin(
  tx: TenantTransaction,
  tenantId: string,
  { bytesPerDay }: UploadQuota,
  importId: string,
  file: UploadedFile,
): Promise<boolean> {
  const { bytes } = await lockUploads(tx, tenantId);
  if (bytes + file.sizeBytes > bytesPerDay) return false;
  await finishUpload(tx, tenantId, importId, file);
  return true;
}

/** Marks an upload as complete and readable: it waits for the operator's mapping. */
export async function finishUpload(
  tx: TenantTransaction,
  tenantId: string,
  importId: string,
  { sample, ...file }: UploadedFile,
): Promise<void> {
  await tx
    .update(imports)
    .set({ ...file, sample: sample.map((row) => row.map(storableText)), status: "ready" })
    .where(uploading(tenantId, importId));
}

/**
 * Changes how an uploaded file is read, before its import is started. False if it has been started, or has ended.
 */
export async function changeReading(
  tx: TenantTransaction,
  tenantId: string,
  importId: string,
  { sample, ...file }: Omit<UploadedFile, "sizeBytes">,
): Promise<boolean> {
  const changed = await tx
    .update(imports)
    .set({ ...file, sample: sample.map((row) => row.map(storableText)) })
    .where(and(eq(imports.tenantId, tenantId), eq(imports.id, importId), eq(imports.status, "ready")))
    .returning({ id: imports.id });
  return changed.length > 0;
}

/** Deletes an upload that was refused or broke off. */
export async function discardUpload(
  tx: TenantTransaction,
  tenantId: string,
  importId: string,
): Promise<void> {
  await tx.delete(imports).where(uploading(tenantId, importId));
}

const uploading = (tenantId: string, importId: string) =>
  and(eq(imports.tenantId, tenantId), eq(imports.id, importId), eq(imports.status, "uploading"));
