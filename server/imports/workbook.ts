import { readXlsx, streamXlsxRows } from "hucre/xlsx";

/** A workbook is held in memory while it is read; a million contacts have about 60 MB. */
export const WORKBOOK_BYTES_MAX = 100 * 1024 ** 2;
/** What a workbook may unpack to. A zip of a few kilobytes can unpack to terabytes. */
const UNPACKED_BYTES_MAX = 1024 ** 3;
/** The texts of all cells are one part that is held in memory. */
const SHARED_TEXTS_BYTES_MAX = 128 * 1024 ** 2;

/** A workbook has a part for each sheet, picture and comment. */
const PARTS_MAX = 5_000;

/** The sentence is shown to the operator. */
export class UnreadableWorkbook extends Error {
  override name = "UnreadableWorkbook";
}

interface ZipPart {
  name: string;
  unpackedBytes: number;
}

/**
 * Returns the parts of a zip archive by its directory, without unpacking anything; null if it has none. The reader
 * unpacks no part beyond the size that stands here.
 */
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
    const name = new TextDecoder().decode(file.subarray(at + 46, at + 46 + nameLength!));
    parts.push({ name, unpackedBytes: view.getUint32(at + 24, true) });
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return parts;
}

/** What a zip archive is by its parts. */
export function kindOfZip(
  parts: readonly ZipPart[],
): "workbook" | "binary-workbook" | "document" | "archive" {
  const has = (name: string) => parts.some((part) => part.name.startsWith(name));
  if (has("xl/workbook.bin")) return "binary-workbook";
  if (has("xl/")) return "workbook";
  return has("word/") || has("ppt/") || has("content.xml") || has("Index/") ? "document" : "archive";
}

/** Returns the names of a workbook's sheets that are not hidden. */
export async function sheetsOf(file: Uint8Array): Promise<string[]> {
  refuseBomb(file);
  const names: string[] = [];
  await readXlsx(file, {
    sheets: ({ name, hidden, veryHidden }) => {
      if (!hidden && !veryHidden) names.push(name);
      return false;
    },
  }).catch(() => {
    throw new UnreadableWorkbook(DAMAGED);
  });
  return names;
}

const DAMAGED =
  'This Excel workbook can\'t be read: it is damaged or has a password. Open it in Excel, save it as .xlsx without a password, or as "CSV UTF-8", and upload that.';
const TOO_LARGE =
  'This workbook unpacks to more than can be read. Save the sheet with your contacts as "CSV UTF-8" and upload that.';

function refuseBomb(file: Uint8Array): void {
  const parts = zipParts(file);
  if (!parts) throw new UnreadableWorkbook(DAMAGED);
  const unpacked = parts.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  const texts = parts.find(({ name }) => name === "xl/sharedStrings.xml")?.unpackedBytes ?? 0;
  if (parts.length > PARTS_MAX) throw new UnreadableWorkbook(TOO_LARGE);
  const isZip64 = parts.some(({ unpackedBytes }) => unpackedBytes === 0xffffffff);
  if (isZip64 || unpacked > UNPACKED_BYTES_MAX || texts > SHARED_TEXTS_BYTES_MAX)
    throw new UnreadableWorkbook(TOO_LARGE);
}

/**
 * Yields a sheet as lines of CSV, row by row. Line numbers stay those of the sheet: blank rows are blank lines, and a
 * line break inside a cell is a line separator (U+2028).
 */
export async function* sheetAsCsv(file: Uint8Array, sheet: string): AsyncGenerator<string> {
  refuseBomb(file);
  let next = 0;
  try {
    for await (const { index, values } of streamXlsxRows(file, { sheet })) {
      for (; next < index; next++) yield "\n";
      yield `${values.map(csvCell).join(",")}\n`;
      next = index + 1;
    }
  } catch {
    throw new UnreadableWorkbook(DAMAGED);
  }
}

function csvCell(value: unknown): string {
  const text = textOf(value).replace(/\r\n|[\r\n]/g, "\u2028");
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Numbers are whole, not as they are formatted: 61491570006 and never 6.14916E+10. Dates are ISO 8601. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return "";
    const [day = "", time = ""] = value.toISOString().split("T");
    return time.startsWith("00:00:00") ? day : `${day} ${time.slice(0, 8)}`;
  }
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  return String(value);
}
