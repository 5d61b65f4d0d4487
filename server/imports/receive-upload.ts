import { encodingOfMark, encodingTally } from "@smscrm/core/files/csv-encoding";
import type { EncodingGuess } from "@smscrm/core/files/encoding-guess";
import type { FileLayout } from "@smscrm/core/files/file-layout";
import { isVCard, vCardRows } from "@smscrm/core/files/vcard";
import { addImportChunk } from "@smscrm/db/imports/import-uploads";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { kindOfZip, sheetAsCsv, sheetsOf, UnreadableWorkbook, WORKBOOK_BYTES_MAX } from "./workbook.ts";
import { zipParts } from "./zip.ts";

const CHUNK_BYTES = 1024 * 1024;

export interface Upload {
  database: TenantDatabase;
  tenantId: string;
  importId: string;
  maxBytes: number;
  /** The sheet of a workbook to read; needed if it has several. */
  sheet?: string | undefined;
}

export type Received =
  | {
      ok: true;
      sizeBytes: number;
      head: Uint8Array;
      likelyEncoding: EncodingGuess;
      /** What the file was, if it is stored as CSV now. */
      origin?: Pick<FileLayout, "format" | "sheet">;
    }
  | { ok: false; reason: "too-large" }
  | { ok: false; reason: "unreadable"; sentence: string }
  | { ok: false; reason: "sheets"; sheets: string[] };

/**
 * Stores a request body piece by piece. The next piece is read only after the last one is stored. So a fast client
 * waits for the database, and memory holds one piece. A workbook or a file of vCards is held whole, and stored as CSV.
 */
export async function receiveUpload(upload: Upload, body: ReadableStream<Uint8Array>): Promise<Received> {
  const pieces = piecesOf(body, CHUNK_BYTES);
  const first = await pieces.next();
  if (first.done) return store(upload, pieces);
  const head = first.value.slice();
  const format = formatOf(head);
  const whole = (async function* () {
    yield head;
    yield* pieces;
  })();
  if (format === null) return store(upload, whole);
  const file = await heldWhole(whole, Math.min(upload.maxBytes, WORKBOOK_BYTES_MAX));
  if (file === null) return { ok: false, reason: "too-large" };
  try {
    return await (format === "vcard" ? storeVCards(upload, file) : storeWorkbook(upload, file));
  } catch (error) {
    if (error instanceof UnreadableWorkbook)
      return { ok: false, reason: "unreadable", sentence: error.message };
    throw error;
  }
}

/** The format of a file that has to be converted; null for text and for what can't be read. */
function formatOf(head: Uint8Array): FileLayout["format"] | null {
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4) return "xlsx";
  return isVCard(new TextDecoder(encodingOfMark(head) ?? "utf-8").decode(head.subarray(0, 400)))
    ? "vcard"
    : null;
}

async function heldWhole(pieces: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array | null> {
  const held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > maxBytes) return null;
    held.push(piece.slice());
  }
  const file = new Uint8Array(size);
  let at = 0;
  for (const piece of held.splice(0)) {
    file.set(piece, at);
    at += piece.length;
  }
  return file;
}

async function storeWorkbook(upload: Upload, file: Uint8Array): Promise<Received> {
  const parts = zipParts(file);
  const kind = parts ? kindOfZip(parts) : "workbook";
  if (kind !== "workbook") return { ok: false, reason: "unreadable", sentence: NOT_WORKBOOKS[kind] };
  const sheets = await sheetsOf(file);
  const sheet = upload.sheet ?? (sheets.length === 1 ? sheets[0] : undefined);
  if (sheet === undefined || !sheets.includes(sheet)) return { ok: false, reason: "sheets", sheets };
  const received = await store(upload, piecesOf(bytesOf(sheetAsCsv(file, sheet)), CHUNK_BYTES));
  return received.ok ? { ...received, origin: { format: "xlsx", sheet } } : received;
}

const NOT_WORKBOOKS = {
  "binary-workbook":
    'This is a binary Excel workbook (.xlsb). In Excel, save it as .xlsx or as "CSV UTF-8" and upload that.',
  document:
    'This is a document of another program, such as .ods, .numbers or .docx. Save its table as .xlsx or as "CSV UTF-8" and upload that.',
  archive: "This is a zip archive. Unpack it and upload the CSV or Excel file inside.",
};

async function storeVCards(upload: Upload, file: Uint8Array): Promise<Received> {
  const tally = encodingTally();
  tally.add(file);
  const encoding = encodingOfMark(file) ?? tally.answer().encoding;
  const rows = vCardRows(new TextDecoder(encoding).decode(file));
  const lines = (async function* () {
    for (const row of rows) yield `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\n`;
  })();
  const received = await store(upload, piecesOf(bytesOf(lines), CHUNK_BYTES));
  return received.ok ? { ...received, origin: { format: "vcard" } } : received;
}

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = "";
  for await (const line of lines) {
    text += line;
    if (text.length < CHUNK_BYTES / 8) continue;
    yield encoder.encode(text);
    text = "";
  }
  yield encoder.encode(text);
}

async function store(
  { database, tenantId, importId, maxBytes }: Upload,
  pieces: AsyncIterable<Uint8Array>,
): Promise<Received> {
  const tally = encodingTally();
  let head: Uint8Array = new Uint8Array();
  let sizeBytes = 0;
  let sequence = 0;
  for await (const piece of pieces) {
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
async function* piecesOf(body: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
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
