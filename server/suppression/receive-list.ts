import { encodingOfMark, textDecoder } from "@smscrm/core/files/csv-encoding";
import { listFile, UnreadableList } from "@smscrm/core/suppression/list-file";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { addNumbers } from "@smscrm/db/suppression/uploads";

/** Numbers of one statement: large enough to be fast, small enough that no lock is held for long. */
const NUMBERS_PER_BATCH = 20_000;

/** More than this is no list of people of one country. */
const NUMBERS_MAX = 300_000_000;

/** The share of unreadable rows from which on a file is something else, or of another country. */
const UNREADABLE_SHARE_MAX = 0.01;

export type ReceivedList =
  | { ok: true; numbers: number; clean: number; unreadable: number }
  | { ok: false; sentence: string };

/**
 * Streams a list into a version, batch by batch: memory holds one, and a fast client waits for the database. The version
 * counts for nothing until it is activated, so an upload that is cut off changes nothing.
 */
export async function receiveList(
  { database, tenantId, versionId, country, maxBytes }: Receiving,
  body: AsyncIterable<Uint8Array>,
): Promise<ReceivedList> {
  const file = listFile(country);
  const totals = { numbers: 0, clean: 0, unreadable: 0 };
  let batch: string[] = [];
  let bytes = 0;
  let decode: ReturnType<typeof textDecoder> | null = null;

  const store = async (phones: readonly string[]) => {
    totals.numbers += await database.asTenant(tenantId, (tx) => addNumbers(tx, tenantId, versionId, phones));
  };
  const take = async (text: string, last: boolean) => {
    const piece = file.take(text, last);
    totals.clean += piece.clean;
    totals.unreadable += piece.unreadable;
    batch = batch.length === 0 ? piece.numbers : batch.concat(piece.numbers);
    while (batch.length >= NUMBERS_PER_BATCH || (last && batch.length > 0))
      await store(batch.splice(0, NUMBERS_PER_BATCH));
  };

  try {
    for await (const part of body) {
      bytes += part.length;
      if (bytes > maxBytes || totals.numbers > NUMBERS_MAX) return { ok: false, sentence: TOO_LARGE };
      if (isArchive(part, bytes)) return { ok: false, sentence: ARCHIVE };
      decode ??= textDecoder(encodingOfMark(part) ?? "utf-8");
      const text = decode(part);
      if (text !== "") await take(text, false);
    }
    await take(decode?.(null) ?? "", true);
  } catch (error) {
    if (error instanceof UnreadableList) return { ok: false, sentence: error.message };
    throw error;
  }
  const { numbers, clean, unreadable } = totals;
  if (numbers + clean === 0) return { ok: false, sentence: NO_NUMBERS };
  if (unreadable > Math.max(1, (numbers + clean + unreadable) * UNREADABLE_SHARE_MAX))
    return { ok: false, sentence: unreadableSentence(unreadable, numbers + clean + unreadable) };
  return { ok: true, ...totals };
}

interface Receiving {
  database: TenantDatabase;
  tenantId: string;
  versionId: string;
  /** Of numbers without a country code. */
  country: string;
  maxBytes: number;
}

/** A zip file, and so a workbook, or gzip. */
const isArchive = (part: Uint8Array, bytesSoFar: number): boolean =>
  bytesSoFar === part.length &&
  ((part[0] === 0x50 && part[1] === 0x4b) || (part[0] === 0x1f && part[1] === 0x8b));

const TOO_LARGE =
  "The list is larger than 1 GB. Nothing was changed. Upload the list of one country at a time.";
const ARCHIVE =
  "This is an archive or a workbook. Unpack it, or save its sheet as CSV, and upload that. Nothing was changed.";
const NO_NUMBERS =
  "No phone number was found in this file. It needs one number a line, or a column of numbers with a heading such as Phone.";

const unreadableSentence = (unreadable: number, rows: number) =>
  `${unreadable.toLocaleString("en-US")} of ${rows.toLocaleString("en-US")} rows have no number that can be read, so the list would be incomplete. Check that the file belongs to the list's country. Nothing was changed.`;
