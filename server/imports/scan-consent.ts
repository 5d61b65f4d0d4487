import {
  type ConsentColumn,
  type ConsentVerdict,
  consentOfRow,
  consentValueKey,
  readConsentValue,
  saysOptedOut,
} from "@smscrm/core/contacts/consent-columns";
import { type ImportMapping, watchedColumns } from "@smscrm/core/contacts/import-columns";
import { guessNewline, textDecoder } from "@smscrm/core/files/csv-encoding";
import type { Encoding } from "@smscrm/core/files/encoding-guess";
import { fileRows } from "@smscrm/core/files/file-layout";
import { type ImportRecord, readImportPiece } from "@smscrm/db/imports/imports";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";

/** The most that is read of a file to count its columns' values. The import reads all of it. */
const SCANNED_BYTES_MAX = 64 * 1024 ** 2;
const VALUES_SHOWN = 12;
/** The most different values of a column that are counted. A status has few; a column of dates has many. */
const VALUES_MAX = 1000;

interface ConsentValue {
  /** The key in the mapping's `answers`. */
  key: string;
  value: string;
  rows: number;
  verdict: ConsentVerdict;
}

export interface ConsentScan {
  rows: number;
  /** Whether the whole file was read. */
  whole: boolean;
  /** Rows by what their columns say together. */
  verdicts: Record<ConsentVerdict, number>;
  /** The values of each column. Values that are not understood come first. */
  columns: { column: number; values: ConsentValue[]; valuesInAll: number }[];
  /** Columns that are not read as consent and contain words such as "unsubscribed". */
  unread: { column: number; value: string; rows: number }[];
}

/** Counts what the columns of an uploaded file say about consent, as the import will read them. */
export async function scanConsent(
  database: TenantDatabase,
  tenantId: string,
  record: ImportRecord,
  mapping: ImportMapping,
): Promise<ConsentScan> {
  const { consent = [] } = mapping;
  const tallies = consent.map((column) => ({ column, values: new Map<string, ConsentValue>() }));
  const watched = watchedColumns(record.header ?? [], mapping);
  const unread = new Map<number, ConsentScan["unread"][number]>();
  const scan: ConsentScan = {
    ...{ rows: 0, whole: true, columns: [], unread: [] },
    verdicts: { in: 0, none: 0, unclear: 0, out: 0 },
  };
  for await (const { cells } of rowsOf(database, tenantId, record, scan)) {
    scan.rows++;
    scan.verdicts[consentOfRow(cells, consent).verdict]++;
    for (const { column, values } of tallies) count(values, column, cells[column.column] ?? "");
    for (const column of watched) {
      const value = cells[column] ?? "";
      if (!saysOptedOut(value)) continue;
      const told = unread.get(column) ?? { column, value: value.trim().slice(0, 100), rows: 0 };
      told.rows++;
      unread.set(column, told);
    }
  }
  scan.columns = tallies.map(({ column: { column }, values }) => ({
    column,
    values: [...values.values()].sort(byDoubt).slice(0, VALUES_SHOWN),
    valuesInAll: values.size,
  }));
  scan.unread = [...unread.values()].sort((a, b) => a.column - b.column);
  return scan;
}

function count(values: Map<string, ConsentValue>, column: ConsentColumn, cell: string): void {
  const key = consentValueKey(cell);
  const known = values.get(key);
  if (known) known.rows++;
  else if (values.size < VALUES_MAX) {
    const verdict = readConsentValue(column, cell);
    values.set(key, { key, value: cell.trim().slice(0, 100), rows: 1, verdict });
  }
}

const DOUBT: Record<ConsentVerdict, number> = { unclear: 0, none: 1, out: 2, in: 3 };
const byDoubt = (a: ConsentValue, b: ConsentValue) => DOUBT[a.verdict] - DOUBT[b.verdict] || b.rows - a.rows;

/** Yields the readable rows below the header. `scan.whole` becomes false if reading stops early. */
async function* rowsOf(
  database: TenantDatabase,
  tenantId: string,
  { id, encoding, delimiter, layout, hasHeader }: ImportRecord,
  scan: ConsentScan,
) {
  const decode = textDecoder(encoding as Encoding);
  let parser: ReturnType<typeof fileRows> | null = null;
  let isHeader = hasHeader;
  let bytesRead = 0;
  for (let sequence = 0; ; sequence++) {
    const piece = await database.asTenant(tenantId, (tx) => readImportPiece(tx, tenantId, id, sequence));
    const text = decode(piece);
    parser ??= fileRows({ delimiter: delimiter ?? ",", newline: guessNewline(text), layout });
    for (const row of parser.take(text, piece === null)) {
      if (isHeader) isHeader = false;
      else if (row.fault === null) yield row;
    }
    if (piece === null) return;
    bytesRead += piece.length;
    if (bytesRead >= SCANNED_BYTES_MAX) {
      scan.whole = false;
      return;
    }
  }
}
