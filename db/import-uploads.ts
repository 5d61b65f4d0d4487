import { and, eq } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { importChunks, imports } from "./schema/index.ts";
import { storableText } from "./storable-text.ts";

/** A file that begins to arrive. */
export async function createImport(
  tx: TenantTransaction,
  tenantId: string,
  { fileName, createdBy }: { fileName: string; createdBy: string },
): Promise<string> {
  const [row] = await tx
    .insert(imports)
    .values({ tenantId, fileName, createdBy })
    .returning({ id: imports.id });
  if (!row) throw new Error("an import was not inserted");
  return row.id;
}

/** The next piece of the file, in order from 0. */
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
  header: string[];
  sample: string[][];
}

/** The whole file has arrived and can be read: it waits for the operator's mapping. */
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

/** A file that was refused or never came to its end leaves nothing behind. */
export async function discardUpload(
  tx: TenantTransaction,
  tenantId: string,
  importId: string,
): Promise<void> {
  await tx.delete(imports).where(uploading(tenantId, importId));
}

const uploading = (tenantId: string, importId: string) =>
  and(eq(imports.tenantId, tenantId), eq(imports.id, importId), eq(imports.status, "uploading"));
