import type { Newline } from "./csv-rows.ts";
import { type Encoding, type EncodingGuess, guessEncoding } from "./encoding-guess.ts";

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
  if (encodingOfMark(head)?.startsWith("utf-16") || utf16WithoutMark(head)) return null;
  return isFullOfNul(head) ? "not a text file: it is full of NUL bytes" : null;
}

/**
 * Programs and pictures are full of NUL bytes. A stray one damages only its row.
 */
function isFullOfNul(head: Uint8Array): boolean {
  let count = 0;
  for (let at = head.indexOf(0); at !== -1; at = head.indexOf(0, at + 1)) count++;
  return count * 100 > head.length;
}

const UTF16_SHARE = 0.3;

/** The UTF-16 of a file without its mark: digits and separators have a NUL before or after them. */
export function utf16WithoutMark(head: Uint8Array): Encoding | null {
  const size = Math.min(head.length, 4096) & ~1;
  if (size < 8) return null;
  const nuls = [0, 0];
  for (let at = 0; at < size; at++) if (head[at] === 0) nuls[at & 1] = nuls[at & 1]! + 1;
  const [even = 0, odd = 0] = nuls.map((count) => count / (size / 2));
  if (odd >= UTF16_SHARE && even < 0.02) return "utf-16le";
  return even >= UTF16_SHARE && odd < 0.02 ? "utf-16be" : null;
}

/** The encoding that a byte order mark states. */
export function encodingOfMark(head: Uint8Array): Encoding | null {
  if (startsWith(head, [0xef, 0xbb, 0xbf])) return "utf-8";
  if (startsWith(head, [0xff, 0xfe])) return "utf-16le";
  return startsWith(head, [0xfe, 0xff]) ? "utf-16be" : null;
}

const SAMPLE_BYTES_MAX = 64 * 1024;
/** Bytes before and after one beyond ASCII that are kept: about a word. */
const AROUND = 24;

/**
 * Tells UTF-8 from other encodings by the whole file, because the first accent may be in the last row. The pieces may
 * be cut anywhere. A UTF-8 file with a few damaged bytes stays UTF-8. Of another file the surroundings of its accents
 * are kept, to guess what it is.
 */
export function encodingTally() {
  const kept: number[] = [];
  let due = 0;
  let valid = 0;
  let invalid = 0;

  function add(bytes: Uint8Array): void {
    let keptUntil = 0;
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
      if (at >= keptUntil && kept.length < SAMPLE_BYTES_MAX) {
        if (at - AROUND > keptUntil) kept.push(0x0a);
        for (let near = Math.max(keptUntil, at - AROUND); near < Math.min(bytes.length, at + AROUND); near++)
          kept.push(bytes[near]!);
        keptUntil = at + AROUND;
      }
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

  function answer(): EncodingGuess {
    const damaged = invalid + (due > 0 ? 1 : 0);
    if (damaged === 0) return { encoding: "utf-8", confidence: "sure" };
    if (valid > 10 * damaged) return { encoding: "utf-8", confidence: "likely" };
    return guessEncoding(Uint8Array.from(kept));
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
