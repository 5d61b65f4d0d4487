import { guessNewline, textDecoder } from "@smscrm/core/files/csv-encoding";
import type { CsvRow } from "@smscrm/core/files/csv-rows";
import { fileRows } from "@smscrm/core/files/file-layout";
import { type LeasedImport, readImportChunk } from "@smscrm/db/imports/import-runs";
import type { Pipeline } from "@smscrm/db/postgres/connection";

/** Rows of one piece of the file, and how many of its bytes have been read so far. */
export interface RowsRead {
  rows: CsvRow[];
  bytesRead: number;
}

/**
 * Yields the rows of an uploaded file below its header (if it has one), piece by piece, the same rows each time. The
 * next piece is fetched while one is processed, so memory holds at most two.
 */
export async function* readRows(pipeline: Pipeline, file: LeasedImport): AsyncGenerator<RowsRead> {
  const decode = textDecoder(file.encoding);
  let parser: ReturnType<typeof fileRows> | null = null;
  let headerSeen = !file.hasHeader;
  let bytesRead = 0;
  let next = fetchChunk(pipeline, file.id, 0);
  for (let sequence = 1; ; sequence++) {
    const chunk = await settled(next);
    if (chunk !== null) next = fetchChunk(pipeline, file.id, sequence);
    const text = decode(chunk);
    parser ??= fileRows({ delimiter: file.delimiter, newline: guessNewline(text), layout: file.layout });
    const rows = parser.take(text, chunk === null);
    bytesRead += chunk?.length ?? 0;
    if (!headerSeen && rows.length > 0) {
      rows.shift();
      headerSeen = true;
    }
    yield { rows, bytesRead };
    if (chunk === null) return;
  }
}

type Fetched = Promise<{ chunk: Uint8Array | null } | { error: unknown }>;

/**
 * Fetches a piece and keeps an error until it is asked for, so that a reader who stops early leaves no unhandled
 * rejection.
 */
function fetchChunk(pipeline: Pipeline, importId: string, sequence: number): Fetched {
  return readImportChunk(pipeline, importId, sequence).then(
    (chunk) => ({ chunk }),
    (error: unknown) => ({ error }),
  );
}

async function settled(fetched: Fetched): Promise<Uint8Array | null> {
  const result = await fetched;
  if ("error" in result) throw result.error;
  return result.chunk;
}
