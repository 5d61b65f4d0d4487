import { Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";

export interface ZipPart {
  name: string;
  unpackedBytes: number;
  packedBytes: number;
  /** 0: stored, 8: deflated; others are not read. */
  method: number;
  /** Where its local header begins. */
  at: number;
}

/** Returns the parts of a zip archive by its directory, without unpacking anything; null if it has none. */
export function zipParts(file: Uint8Array): ZipPart[] | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const first = Math.max(0, file.length - 65_557);
  let end = file.length - 22;
  while (end >= first && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < first || end < 0) return null;
  const count = view.getUint16(end + 10, true);
  const parts: ZipPart[] = [];
  let at = view.getUint32(end + 16, true);
  for (let n = 0; n < count; n++) {
    if (at + 46 > file.length || view.getUint32(at, true) !== 0x02014b50) return null;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      view.getUint16(at + offset, true),
    );
    parts.push({
      name: new TextDecoder().decode(file.subarray(at + 46, at + 46 + nameLength!)),
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      unpackedBytes: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return parts;
}

const PIECE_BYTES = 64 * 1024;

/**
 * Yields what a part unpacks to, piece by piece, so that memory holds one. Throws at the first byte beyond the size that
 * the directory states, and for a part that can't be unpacked.
 */
export async function* unpacked(file: Uint8Array, part: ZipPart): AsyncGenerator<Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (part.at + 30 > file.length || view.getUint32(part.at, true) !== 0x04034b50)
    throw new Error("The archive has no such part.");
  const begin = part.at + 30 + view.getUint16(part.at + 26, true) + view.getUint16(part.at + 28, true);
  const packed = file.subarray(begin, begin + part.packedBytes);
  let bytes = 0;
  for await (const piece of part.method === 0 ? piecesOf(packed) : inflated(packed, part.method)) {
    bytes += piece.length;
    if (bytes > part.unpackedBytes) throw new Error("The part is larger than its archive says.");
    yield piece;
  }
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

function inflated(packed: Uint8Array, method: number): AsyncIterable<Uint8Array> {
  if (method !== 8) throw new Error("The part is packed in another way.");
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  const source = Readable.from(piecesOf(packed));
  source.once("error", (error) => inflate.destroy(error));
  return source.pipe(inflate);
}
