import type { Newline } from "./csv-rows.ts";

/** How a contact file's bytes are read. Windows-1252 is what Excel's plain "CSV" writes in western countries. */
const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
export type Encoding = (typeof ENCODINGS)[number];

const SIGNATURES: readonly { bytes: readonly number[]; kind: string }[] = [
  { bytes: [0x25, 0x50, 0x44, 0x46], kind: "a PDF" },
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: "an Excel workbook or a zip archive" },
  { bytes: [0x50, 0x4b, 0x05, 0x06], kind: "an empty zip archive" },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], kind: "an old Excel workbook" },
  { bytes: [0x1f, 0x8b], kind: "a gzip archive" },
  { bytes: [0x89, 0x50, 0x4e, 0x47], kind: "a picture" },
  { bytes: [0xff, 0xd8, 0xff], kind: "a picture" },
  { bytes: [0x7b, 0x5c, 0x72, 0x74, 0x66], kind: "a word processor's document" },
];

const startsWith = (head: Uint8Array, bytes: readonly number[]) =>
  bytes.every((byte, index) => head[index] === byte);

/** Returns what kind of file this is by its first bytes, not by its name; null if it may be text. */
export function binaryKind(head: Uint8Array): string | null {
  const known = SIGNATURES.find(({ bytes }) => startsWith(head, bytes));
  if (known) return known.kind;
  if (encodingOfMark(head)?.startsWith("utf-16")) return null;
  return isFullOfNul(head) ? "not a text file: it is full of NUL bytes" : null;
}

/**
 * Programs, pictures and UTF-16 without a byte order mark are full of NUL bytes. A stray one damages only its row.
 */
function isFullOfNul(head: Uint8Array): boolean {
  let count = 0;
  for (let at = head.indexOf(0); at !== -1; at = head.indexOf(0, at + 1)) count++;
  return count * 100 > head.length;
}

/** The encoding that a byte order mark states. */
export function encodingOfMark(head: Uint8Array): Encoding | null {
  if (startsWith(head, [0xef, 0xbb, 0xbf])) return "utf-8";
  if (startsWith(head, [0xff, 0xfe])) return "utf-16le";
  return startsWith(head, [0xfe, 0xff]) ? "utf-16be" : null;
}

/**
 * Tells UTF-8 from Windows-1252 by the whole file, because the first accent may be in the last row. The pieces may be
 * cut anywhere. A UTF-8 file with a few damaged bytes stays UTF-8.
 */
export function encodingTally() {
  let due = 0;
  let valid = 0;
  let invalid = 0;

  function add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (due > 0) {
        if ((byte & 0xc0) === 0x80) {
          due--;
          if (due === 0) valid++;
          continue;
        }
        due = 0;
        invalid++;
      }
      if (byte < 0x80) continue;
      due =
        byte >= 0xc2 && byte < 0xe0
          ? 1
          : byte >= 0xe0 && byte < 0xf0
            ? 2
            : byte >= 0xf0 && byte < 0xf5
              ? 3
              : 0;
      if (due === 0) invalid++;
    }
  }

  function answer(): Encoding {
    const damaged = invalid + (due > 0 ? 1 : 0);
    return damaged === 0 || valid > 10 * damaged ? "utf-8" : "windows-1252";
  }

  return { add, answer };
}

/** Decodes pieces cut anywhere. A damaged byte becomes U+FFFD; the byte order mark is removed. */
export function textDecoder(encoding: Encoding): (bytes: Uint8Array | null) => string {
  const decoder = new TextDecoder(encoding);
  return (bytes) => (bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true }));
}

/** Sorted by rarity in ordinary text: the first wins where two fit equally well. */
const DELIMITERS = ["\t", "|", ";", ","] as const;

/**
 * Guesses the delimiter from the first lines: the character that splits most of them into as many cells as the
 * header, or as each other where the first line is a title. A file with one column has none; then the answer is the
 * comma.
 */
export function guessDelimiter(text: string): string {
  const lines = withoutQuoted(text)
    .split(/\r+\n|[\n\r\u0085\u2028]/)
    .filter((line) => line.trim() !== "")
    .slice(0, 50);
  let best = { delimiter: ",", score: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = lines.map((line) => line.split(delimiter).length);
    const isTitle = (counts[0] ?? 1) < 2;
    const columns = isTitle ? mostFrequent(counts.filter((count) => count > 1)) : counts[0]!;
    if (columns < 2) continue;
    const agreeing = counts.filter((count) => count === columns).length / counts.length;
    if (isTitle && agreeing <= 0.5) continue;
    const score = agreeing * 10 + Math.min(columns, 20) / 20;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function mostFrequent(counts: readonly number[]): number {
  const times = new Map<number, number>();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  return [...times].sort((one, other) => other[1] - one[1])[0]?.[0] ?? 0;
}

/** Quoted text may contain any delimiter, so it does not count. */
const withoutQuoted = (text: string) => text.replace(/"(?:[^"]|"")*"/g, "");

/** Returns what ends the lines of a text, quoted cells apart. The rarer ones count only where there are no others. */
export function guessNewline(text: string): Newline {
  const outside = withoutQuoted(text);
  return (["\n", "\r", "\u0085", "\u2028"] as const).find((newline) => outside.includes(newline)) ?? "\n";
}
