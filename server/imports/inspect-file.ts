import { checkHeader } from "@smscrm/core/contacts/import-columns";
import { normalisePhone } from "@smscrm/core/contacts/phone";
import { binaryKind, encodingOfMark, textDecoder, utf16WithoutMark } from "@smscrm/core/files/csv-encoding";
import type { CsvRow } from "@smscrm/core/files/csv-rows";
import type { Encoding, EncodingGuess } from "@smscrm/core/files/encoding-guess";
import { type FileLayout, fileRows, guessForm } from "@smscrm/core/files/file-layout";

/** Rows of the file that are shown while the operator maps the columns. */
export const SAMPLE_ROWS = 20;
/** A header of ten thousand columns is read whole, so that the error can say how many there are. */
const MAX_HEADER_CHARS = 1024 * 1024;

export interface FileHead {
  /** The first bytes: enough for the header and the sample. */
  bytes: Uint8Array;
  /** Whether these bytes are the whole file. */
  whole: boolean;
  /** The encoding that the bytes of the whole file suggest, if no byte order mark states it. */
  likelyEncoding: EncodingGuess;
  /** ISO 3166-1 alpha-2 of the tenant. */
  country: string;
  /** A list of opt-outs may have no header; contacts need one. */
  kind: "contacts" | "opt-outs";
  /** What a person said about the file; the rest is guessed. */
  said?: SaidForm & { encoding?: Encoding };
}

type SaidForm = { delimiter?: string; linesAbove?: number };

export type Inspected =
  | {
      ok: true;
      encoding: Encoding;
      delimiter: string;
      layout: FileLayout;
      header: string[];
      hasHeader: boolean;
      rows: CsvRow[];
    }
  | { ok: false; sentence: string };

/** Returns how a file is read, or a sentence that says why it can't be imported and what to do. */
export function inspectFile({ bytes, whole, likelyEncoding, country, kind, said = {} }: FileHead): Inspected {
  if (bytes.length === 0) return refuse("The file is empty. Choose the file again, or export it once more.");
  const binary = binaryKind(bytes);
  if (binary) {
    return refuse(`This is ${binary}. ${whatToDo(binary)}`);
  }
  const stated = said.encoding ?? encodingOfMark(bytes) ?? utf16WithoutMark(bytes);
  const guess: EncodingGuess = stated ? { encoding: stated, confidence: "sure" } : likelyEncoding;
  const { encoding } = guess;
  const { delimiter, layout: form, rows } = readHead(textDecoder(encoding)(bytes), whole, said);
  const layout = guess.confidence === "sure" ? form : { ...form, encodingConfidence: guess.confidence };
  const [first] = rows;
  if (kind === "opt-outs" && first && !first.fault && first.cells.some(looksLikeNumber)) {
    return { ok: true, encoding, delimiter, layout, header: columnsByPlace(rows), hasHeader: false, rows };
  }
  const [header, ...rest] = rows;
  const fault = headerFault(header, rest, whole, country);
  return fault
    ? refuse(fault)
    : { ok: true, encoding, delimiter, layout, header: header?.cells ?? [], hasHeader: true, rows: rest };
}

function whatToDo(binary: string): string {
  if (/PDF|picture/.test(binary))
    return 'Get the list as a spreadsheet, save that as .xlsx or "CSV UTF-8" and upload it.';
  if (/gzip|zip archive/.test(binary) && !/workbook/.test(binary))
    return "Unpack it and upload the file inside.";
  if (/document/.test(binary))
    return 'Copy its table into a spreadsheet, save that as .xlsx or "CSV UTF-8" and upload it.';
  return 'Open it in your spreadsheet, save it as .xlsx or "CSV UTF-8" and upload that.';
}

/** Also true for a damaged number: it must become a rejected row, not a header. */
function looksLikeNumber(cell: string): boolean {
  return (cell.match(/\p{Nd}/gu)?.length ?? 0) >= 5 || /^\W*\d[\d.,]*e[+-]?\d+\W*$/i.test(cell);
}

const columnsByPlace = (rows: readonly CsvRow[]) =>
  Array.from({ length: Math.max(...rows.map(({ cells }) => cells.length)) }, (_, n) => `Column ${n + 1}`);

/** Returns the header and the first rows of an inspected file. */
export function readSample(
  bytes: Uint8Array,
  whole: boolean,
  { encoding, delimiter, layout, hasHeader }: ReadAs & { hasHeader: boolean },
): CsvRow[] {
  const text = textDecoder(encoding)(bytes);
  const form = { ...guessForm(text, { delimiter }), delimiter, layout };
  const rows = fileRows({ ...form, maxRowChars: MAX_HEADER_CHARS })
    .take(text, whole)
    .slice(0, 1 + SAMPLE_ROWS);
  return rows.slice(hasHeader ? 1 : 0).slice(0, SAMPLE_ROWS);
}

/** How a file is read. */
export interface ReadAs {
  encoding: Encoding;
  delimiter: string;
  layout: FileLayout;
}

function readHead(text: string, whole: boolean, said: SaidForm) {
  const form = guessForm(text, said);
  const parser = fileRows({ ...form, maxRowChars: MAX_HEADER_CHARS });
  return { ...form, rows: parser.take(text, whole).slice(0, 1 + SAMPLE_ROWS) };
}

function headerFault(
  header: CsvRow | undefined,
  rows: readonly CsvRow[],
  whole: boolean,
  country: string,
): string | null {
  if (!header) {
    return whole
      ? "The file has only blank lines. Choose the file again, or export it once more."
      : "The file has no line break in its first megabyte. Save it as a CSV file with one contact per line.";
  }
  if (header.fault === "Row too long")
    return "The first line is longer than a megabyte. Save the file as CSV with one contact per line.";
  if (header.fault)
    return "The quotation marks of the header don't match. Fix the header and upload the file again.";
  const [first, ...others] = checkHeader(header.cells);
  if (first) return [first, ...others.slice(0, 4)].join(" ");
  if (header.cells.some((cell) => normalisePhone(cell, country).ok)) {
    return 'The first row holds a phone number, not headings. Add a row of headings above it, such as "Mobile,First name".';
  }
  if (rows.length === 0 && whole)
    return "The file has a header and no rows below it. Add the contacts and upload it again.";
  return null;
}

const refuse = (sentence: string): Inspected => ({ ok: false, sentence });
