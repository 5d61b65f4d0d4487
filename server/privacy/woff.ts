import { inflateSync } from "node:zlib";

const WOFF_HEADER = 44;
const WOFF_ENTRY = 20;
const SFNT_HEADER = 12;
const SFNT_ENTRY = 16;

/**
 * Returns a WOFF font as the OpenType font that it packs (W3C, WOFF File Format 1.0). The PDF library reads WOFF too, but
 * unpacks the table of glyphs again for each glyph: half a minute for a page.
 */
export function unpackWoff(woff: Buffer): Buffer {
  const tables = woff.readUInt16BE(12);
  const head = Buffer.alloc(SFNT_HEADER + tables * SFNT_ENTRY);
  const searchRange = 2 ** Math.floor(Math.log2(tables)) * SFNT_ENTRY;
  head.writeUInt32BE(woff.readUInt32BE(4), 0);
  head.writeUInt16BE(tables, 4);
  head.writeUInt16BE(searchRange, 6);
  head.writeUInt16BE(Math.floor(Math.log2(tables)), 8);
  head.writeUInt16BE(tables * SFNT_ENTRY - searchRange, 10);
  const parts: Buffer[] = [head];
  let at = head.length;
  for (let n = 0; n < tables; n += 1) {
    const entry = WOFF_HEADER + n * WOFF_ENTRY;
    const [offset, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(entry + field)) as [
      number,
      number,
      number,
    ];
    const stored = woff.subarray(offset, offset + packed);
    const table = packed < length ? inflateSync(stored) : stored;
    const to = SFNT_HEADER + n * SFNT_ENTRY;
    woff.copy(head, to, entry, entry + 4);
    head.writeUInt32BE(woff.readUInt32BE(entry + 16), to + 4);
    head.writeUInt32BE(at, to + 8);
    head.writeUInt32BE(length, to + 12);
    const padding = Buffer.alloc((4 - (length % 4)) % 4);
    parts.push(table, padding);
    at += length + padding.length;
  }
  return Buffer.concat(parts);
}
