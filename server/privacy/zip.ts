import { crc32 } from "node:zlib";

export interface PackedFile {
  name: string;
  data: Buffer;
}

const LOCAL = 0x04034b50;
const DIRECTORY = 0x02014b50;
const END = 0x06054b50;
/** 1 January 1980, the earliest that the format has: the time is in the signed manifest. */
const DATE = 0x21;
const UTF_8 = 0x0800;
const VERSION = 20;

/**
 * Returns a ZIP of these files, not compressed. The same files make the same bytes: so a verifier packs again what it read,
 * and finds any change, also in the container's own fields.
 */
export function writeZip(files: readonly PackedFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data } of files) {
    const nameBytes = Buffer.from(name, "utf8");
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(UTF_8, 2);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.alloc(4);
    local.writeUInt32LE(LOCAL);
    parts.push(local, common, nameBytes, data);
    const entry = Buffer.alloc(6);
    entry.writeUInt32LE(DIRECTORY);
    entry.writeUInt16LE(VERSION, 4);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(entry, common, place, nameBytes);
    offset += 30 + nameBytes.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** Returns the files of a ZIP that `writeZip` made; null if any byte of it is not as `writeZip` writes it. */
export function readZip(zip: Buffer): PackedFile[] | null {
  const files: PackedFile[] = [];
  let at = 0;
  while (at + 30 <= zip.length && zip.readUInt32LE(at) === LOCAL) {
    const length = zip.readUInt32LE(at + 22);
    const nameLength = zip.readUInt16LE(at + 26);
    const from = at + 30 + nameLength;
    if (from + length > zip.length) return null;
    files.push({ name: zip.toString("utf8", at + 30, from), data: zip.subarray(from, from + length) });
    at = from + length;
  }
  return files.length > 0 && writeZip(files).equals(zip) ? files : null;
}
