import { checkHeader } from "@smscrm/core/contact-import";
import {
  binaryKind,
  type Encoding,
  encodingOfMark,
  guessDelimiter,
  guessNewline,
  textDecoder,
} from "@smscrm/core/csv-encoding";
import { type CsvRow, csvRows } from "@smscrm/core/csv-rows";
import { normalisePhone } from "@smscrm/core/phone";

/** Rows of the file that are shown while the operator says which column is what. */
export const SAMPLE_ROWS = 20;
/** A header of ten thousand columns is read whole, so that the answer can say how many there are. */
const MAX_HEADER_CHARS = 1024 * 1024;

export interface FileHead {
  /** The first bytes: enough for the header and the sample. */
  bytes: Uint8Array;
  /** Whether these are all of the file. */
  whole: boolean;
  /** What the bytes of the whole file speak for, where no byte order mark states it. */
  likelyEncoding: Encoding;
  /** ISO 3166-1 alpha-2 of the tenant. */
  country: string;
}

export type Inspected =
  | { ok: true; encoding: Encoding; delimiter: string; header: string[]; rows: CsvRow[] }
  | { ok: false; sentence: string };

/** Whether a file can be imported, and how it is read; if not, a sentence that says what to do. */
export function inspectFile({ bytes, whole, likelyEncoding, country }: FileHead): Inspected {
  if (bytes.length === 0) return refuse("The file is empty. Choose the file again, or export it once more.");
  const kind = binaryKind(bytes);
  if (kind) {
    return refuse(`This is ${kind}. Open it in your spreadsheet, save it as "CSV UTF-8" and upload that.`);
  }
  const encoding = encodingOfMark(bytes) ?? likelyEncoding;
  const { delimiter, rows } = readHead(textDecoder(encoding)(bytes), whole);
  const [header, ...rest] = rows;
  const fault = headerFault(header, rest, whole, country);
  return fault ? refuse(fault) : { ok: true, encoding, delimiter, header: header?.cells ?? [], rows: rest };
}

/** The header and the first rows of a file that was inspected before. */
export function readSample(bytes: Uint8Array, whole: boolean, encoding: Encoding): CsvRow[] {
  return readHead(textDecoder(encoding)(bytes), whole).rows.slice(1, 1 + SAMPLE_ROWS);
}

function readHead(text: string, whole: boolean): { delimiter: string; rows: CsvRow[] } {
  const delimiter = guessDelimiter(text.slice(0, 64 * 1024));
  const parser = csvRows({ delimiter, newline: guessNewline(text), maxRowChars: MAX_HEADER_CHARS });
  return { delimiter, rows: parser.take(text, whole).slice(0, 1 + SAMPLE_ROWS) };
}

function headerFault(
  header: CsvRow | undefined,
  rows: readonly CsvRow[],
  whole: boolean,
  country: string,
): string | null {
  if (!header) {
    return whole
      ? "The file holds nothing but blank lines. Choose the file again, or export it once more."
      : "The file has no line break in its first megabyte. Save it as a CSV file with one contact per line.";
  }
  if (header.fault)
    return "The first line has a quotation mark that is never closed. Mend the header and upload the file again.";
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
