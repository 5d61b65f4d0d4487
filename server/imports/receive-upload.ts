import { encodingTally } from "@smscrm/core/files/csv-encoding";
import type { EncodingGuess } from "@smscrm/core/files/encoding-guess";
import { addImportChunk } from "@smscrm/db/imports/import-uploads";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";

const CHUNK_BYTES = 1024 * 1024;

export interface Upload {
  database: TenantDatabase;
  tenantId: string;
  importId: string;
  maxBytes: number;
}

export type Received =
  | { ok: true; sizeBytes: number; head: Uint8Array; likelyEncoding: EncodingGuess }
  | { ok: false; reason: "too-large" };

/**
 * Stores a request body piece by piece. The next piece is read only after the last one is stored. So a fast client
 * waits for the database, and memory holds one piece.
 */
export async function receiveUpload(
  { database, tenantId, importId, maxBytes }: Upload,
  body: ReadableStream<Uint8Array>,
): Promise<Received> {
  const tally = encodingTally();
  let head: Uint8Array = new Uint8Array();
  let sizeBytes = 0;
  let sequence = 0;
  for await (const piece of piecesOf(body, CHUNK_BYTES)) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) return { ok: false, reason: "too-large" };
    if (sequence === 0) head = piece.slice();
    tally.add(piece);
    await database.asTenant(tenantId, (tx) => addImportChunk(tx, tenantId, importId, sequence, piece));
    sequence++;
  }
  return { ok: true, sizeBytes, head, likelyEncoding: tally.answer() };
}

/** Yields the same bytes in pieces of one size; the last is shorter. The next piece overwrites the buffer of the last. */
async function* piecesOf(body: ReadableStream<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(size);
  let filled = 0;
  for await (const part of body) {
    for (let at = 0; at < part.length; ) {
      const taken = Math.min(size - filled, part.length - at);
      piece.set(part.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled === size) {
        yield piece;
        filled = 0;
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
