import { encodingOfMark } from "@smscrm/core/files/csv-encoding";
import { dateStyles, isoDate } from "./workbook-dates.ts";
import { type XmlListener, xmlReader } from "./xml.ts";
import { unpacked, type ZipPart, zipParts } from "./zip.ts";

/** A workbook is held in memory while it is read, as it is packed; a million contacts have about 60 MB. */
export const WORKBOOK_BYTES_MAX = 100 * 1024 ** 2;
/** What a workbook may unpack to. A zip of a few kilobytes can unpack to terabytes. */
const UNPACKED_BYTES_MAX = 1024 ** 3;
/** The texts of all cells are one part that is held in memory. */
const SHARED_TEXTS_BYTES_MAX = 128 * 1024 ** 2;
/** A workbook has a part for each sheet, picture and comment. */
const PARTS_MAX = 5_000;
/** Of a sheet, as Excel has them. */
const ROWS_MAX = 1_048_576;
const COLUMNS_MAX = 16_384;

/** The sentence is shown to the operator. */
export class UnreadableWorkbook extends Error {
  override name = "UnreadableWorkbook";
}

/** What a zip archive is by its parts. */
export function kindOfZip(
  parts: readonly { name: string }[],
): "workbook" | "binary-workbook" | "document" | "archive" {
  const has = (name: string) => parts.some((part) => part.name.startsWith(name));
  if (has("xl/workbook.bin")) return "binary-workbook";
  if (has("xl/")) return "workbook";
  return has("word/") || has("ppt/") || has("content.xml") || has("Index/") ? "document" : "archive";
}

const DAMAGED =
  'This Excel workbook can\'t be read: it is damaged or has a password. Open it in Excel, save it as .xlsx without a password, or as "CSV UTF-8", and upload that.';
const TOO_LARGE =
  'This workbook unpacks to more than can be read. Save the sheet with your contacts as "CSV UTF-8" and upload that.';

interface Workbook {
  file: Uint8Array;
  parts: ReadonlyMap<string, ZipPart>;
  sheets: readonly { name: string; isHidden: boolean; path: string }[];
  /** Paths of the parts that all sheets share; absent if there is none. */
  texts: string | undefined;
  styles: string | undefined;
  /** Whether days are counted from 1904, as old Macs did. */
  is1904: boolean;
}

/** Returns the names of a workbook's sheets that are not hidden. */
export async function sheetsOf(file: Uint8Array): Promise<string[]> {
  const { sheets } = await opened(file);
  return sheets.filter(({ isHidden }) => !isHidden).map(({ name }) => name);
}

async function opened(file: Uint8Array): Promise<Workbook> {
  const parts = zipParts(file);
  if (!parts) throw new UnreadableWorkbook(DAMAGED);
  refuseBomb(parts);
  try {
    return await workbookOf(file, new Map(parts.map((part) => [part.name, part])));
  } catch {
    throw new UnreadableWorkbook(DAMAGED);
  }
}

function refuseBomb(parts: readonly ZipPart[]): void {
  const size = (part: ZipPart) => part.unpackedBytes;
  const isZip64 = parts.some((part) => size(part) === 0xffffffff || part.packedBytes === 0xffffffff);
  const texts = Math.max(0, ...parts.filter(({ name }) => /sharedStrings/i.test(name)).map(size));
  if (
    parts.length > PARTS_MAX ||
    isZip64 ||
    parts.reduce((sum, part) => sum + size(part), 0) > UNPACKED_BYTES_MAX ||
    texts > SHARED_TEXTS_BYTES_MAX
  )
    throw new UnreadableWorkbook(TOO_LARGE);
}

async function workbookOf(file: Uint8Array, parts: ReadonlyMap<string, ZipPart>): Promise<Workbook> {
  const [main] = (await relationsOf(file, parts, "")).filter(({ type }) => type === "officeDocument");
  if (!main) throw new Error("The archive has no workbook.");
  const relations = await relationsOf(file, parts, main.path);
  const pathOf = (type: string) => relations.find((relation) => relation.type === type)?.path;
  const found: { name: string; isHidden: boolean; relation: string }[] = [];
  let is1904 = false;
  await readPart(file, parts.get(main.path), {
    open(name, attribute) {
      if (name === "workbookPr") is1904 = /^(?:1|true)$/.test(attribute("date1904") ?? "");
      if (name !== "sheet") return;
      const isHidden = /hidden/i.test(attribute("state") ?? "");
      found.push({
        name: attribute("name") ?? "",
        isHidden,
        relation: attribute("r:id") ?? attribute("id") ?? "",
      });
    },
  });
  const sheets = found.flatMap(({ relation, ...sheet }) => {
    const target = relations.find(({ id, type }) => id === relation && type === "worksheet");
    return target ? [{ ...sheet, path: target.path }] : [];
  });
  return { file, parts, sheets, texts: pathOf("sharedStrings"), styles: pathOf("styles"), is1904 };
}

/** The parts that a part refers to. Both dialects of the format name their kinds by addresses with the same ends. */
async function relationsOf(file: Uint8Array, parts: ReadonlyMap<string, ZipPart>, of: string) {
  const slash = of.lastIndexOf("/") + 1;
  const [folder, name] = [of.slice(0, slash), of.slice(slash)];
  const relations: { id: string; type: string; path: string }[] = [];
  await readPart(file, parts.get(`${folder}_rels/${name}.rels`), {
    open(tag, attribute) {
      if (tag !== "Relationship") return;
      const target = attribute("Target") ?? "";
      const path = new URL(target, `file:///${folder}`).pathname.slice(1);
      const type = attribute("Type")?.split("/").at(-1) ?? "";
      relations.push({ id: attribute("Id") ?? "", type, path: decodeURIComponent(path) });
    },
  });
  return relations;
}

async function readPart(file: Uint8Array, part: ZipPart | undefined, listener: XmlListener): Promise<void> {
  for await (const _ of readInPieces(file, part, listener));
}

/** Yields after each piece of a part, so that what the listener kept can be taken. */
async function* readInPieces(
  file: Uint8Array,
  part: ZipPart | undefined,
  listener: XmlListener,
): AsyncGenerator<void> {
  if (!part) return;
  const reader = xmlReader(listener);
  let decode: ((bytes: Uint8Array) => string) | null = null;
  for await (const bytes of unpacked(file, part)) {
    decode ??= decoderOf(bytes);
    reader.feed(decode(bytes));
    yield;
  }
}

function decoderOf(first: Uint8Array): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder(encodingOfMark(first) ?? "utf-8", { fatal: true });
  return (bytes) => decoder.decode(bytes, { stream: true });
}

/** The texts that cells name by their place. How an East Asian text is pronounced is no part of it. */
async function sharedTexts({ file, parts, texts }: Workbook): Promise<string[]> {
  const found: string[] = [];
  let text = "";
  let isText = false;
  let isPhonetic = false;
  await readPart(file, parts.get(texts ?? ""), {
    open(name) {
      if (name === "si") text = "";
      else if (name === "rPh") isPhonetic = true;
      else if (name === "t") isText = !isPhonetic;
    },
    text(more) {
      if (isText) text += more;
    },
    close(name) {
      if (name === "t") isText = false;
      else if (name === "rPh") isPhonetic = false;
      else if (name === "si") found.push(unescaped(text));
    },
  });
  return found;
}

/**
 * Yields a sheet as lines of CSV, row by row. Line numbers stay those of the sheet: blank rows are blank lines, and a
 * line break inside a cell is a line separator (U+2028). Memory holds the shared texts and a piece of the sheet.
 */
export async function* sheetAsCsv(file: Uint8Array, name: string): AsyncGenerator<string> {
  const workbook = await opened(file);
  try {
    const sheet = workbook.sheets.find((one) => one.name === name);
    if (!sheet) throw new Error("The workbook has no such sheet.");
    const { listener, taken } = rowReader({
      texts: await sharedTexts(workbook),
      isDate: await dateStyles((into) => readPart(file, workbook.parts.get(workbook.styles ?? ""), into)),
      is1904: workbook.is1904,
    });
    for await (const _ of readInPieces(file, workbook.parts.get(sheet.path), listener)) yield taken();
  } catch {
    throw new UnreadableWorkbook(DAMAGED);
  }
}

interface Meanings {
  texts: readonly string[];
  isDate: (style: number) => boolean;
  is1904: boolean;
}

/** Turns the tags of a sheet into lines of CSV. `taken` returns the lines since the last call. */
function rowReader({ texts, isDate, is1904 }: Meanings) {
  let lines = "";
  let next = 0;
  let row = -1;
  let cells: string[] = [];
  let column = -1;
  let type = "";
  let style = -1;
  let value = "";
  let reads = "";
  let isPhonetic = false;
  const listener: XmlListener = {
    open(name, attribute) {
      if (name === "row") {
        row = Number(attribute("r") ?? row + 2) - 1;
        if (!(row >= next && row < ROWS_MAX)) throw new Error("The rows are in no order.");
        [cells, column] = [[], -1];
      } else if (name === "c") {
        const place = attribute("r");
        column = place === undefined ? column + 1 : columnOf(place);
        if (!(column >= 0 && column < COLUMNS_MAX)) throw new Error("A cell is beyond the sheet.");
        [type, style, value] = [attribute("t") ?? "n", Number(attribute("s") ?? -1), ""];
      } else if (name === "rPh") isPhonetic = true;
      else if (name === "v" || (name === "t" && !isPhonetic)) reads = name;
    },
    text(more) {
      if (reads !== "") value += more;
    },
    close(name) {
      if (name === "v" || name === "t") reads = "";
      else if (name === "rPh") isPhonetic = false;
      else if (name === "c") cells[column] = csvCell(cellText());
      else if (name === "row") {
        const line = Array.from(cells, (cell) => cell ?? "").join(",");
        lines += `${"\n".repeat(row - next)}${line}\n`;
        next = row + 1;
      }
    },
  };
  /** Numbers are whole, not as they are formatted: 61491570006 and never 6.14916E+10. Dates are ISO 8601. */
  function cellText(): string {
    if (type === "s") return texts[Number(value)] ?? "";
    if (type === "b") return /^(?:1|true)$/i.test(value) ? "TRUE" : "FALSE";
    if (type !== "n") return unescaped(value);
    const number = Number(value);
    if (value.trim() === "" || Number.isNaN(number)) return value;
    return isDate(style) ? isoDate(number, is1904) : String(number);
  }
  function taken(): string {
    const all = lines;
    lines = "";
    return all;
  }
  return { listener, taken };
}

/** "AB12" is in column 27, counted from 0. */
function columnOf(place: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/i.exec(place)?.[0].toUpperCase() ?? "")
    column = 26 * column + letter.charCodeAt(0) - 64;
  return column - 1;
}

/** The format writes signs that XML may not hold as `_x000D_`. */
const unescaped = (text: string) =>
  text.includes("_x")
    ? text.replace(/_x([0-9A-F]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

function csvCell(value: string): string {
  const text = value.replace(/\r\n|[\r\n]/g, "\u2028");
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
