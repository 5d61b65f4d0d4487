import { guessNewline, textDecoder } from "@smscrm/core/csv-encoding";
import { type CsvRow, csvRows } from "@smscrm/core/csv-rows";
import type { Pipeline } from "@smscrm/db/connection";
import { type LeasedImport, readImportChunk } from "@smscrm/db/import-runs";

/** Rows of one piece of the file, and how many of its bytes have been read with them. */
export interface RowsRead {
  rows: CsvRow[];
  bytesRead: number;
}

/**
 * The rows of an uploaded file below its header, piece by piece, from the beginning: the same rows each time. The next
 * piece is fetched while one is worked on; no more than two are ever held.
 */
export async function* readRows(pipeline: Pipeline, file: LeasedImport): AsyncGenerator<RowsRead> {
  const decode = textDecoder(file.encoding);
  let parser: ReturnType<typeof csvRows> | null = null;
  let headerSeen = false;
  let bytesRead = 0;
  let next = fetchChunk(pipeline, file.id, 0);
  for (let sequence = 1; ; sequence++) {
    const chunk = await settled(next);
    if (chunk !== null) next = fetchChunk(pipeline, file.id, sequence);
    const text = decode(chunk);
    parser ??= csvRows({ delimiter: file.delimiter, newline: guessNewline(text) });
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

/** A failure waits until it is asked for, so that a reader who stops early leaves no rejection unhandled. */
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
