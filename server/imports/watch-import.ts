import { setTimeout as sleep } from "node:timers/promises";
import type { TenantDatabase } from "@smscrm/db/connection";
import { findImport, type ImportRecord } from "@smscrm/db/imports";

const READ_EVERY_MS = 500;
const FINAL = new Set(["completed", "failed", "canceled"]);

interface Reader {
  watchers: number;
  readAt: number;
  reading: Promise<ImportRecord | null>;
}

const readersOf = new WeakMap<TenantDatabase, Map<string, Reader>>();

/**
 * An import now, and again whenever it has changed, until it has ended or `signal` aborts. However many watch the same
 * one, it is read at most twice a second.
 */
export async function* watchImport(
  database: TenantDatabase,
  tenantId: string,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<ImportRecord> {
  const readers = readersOf.get(database) ?? new Map<string, Reader>();
  readersOf.set(database, readers);
  const key = `${tenantId}/${id}`;
  const reader = readers.get(key) ?? { watchers: 0, readAt: 0, reading: Promise.resolve(null) };
  readers.set(key, reader);
  reader.watchers++;
  try {
    let shown = "";
    while (!signal.aborted) {
      const record = await readShared(reader, () =>
        database.asTenant(tenantId, (tx) => findImport(tx, tenantId, id)),
      );
      if (!record) return;
      const state = JSON.stringify(record);
      if (state !== shown) yield record;
      shown = state;
      if (FINAL.has(record.status)) return;
      await sleep(READ_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    reader.watchers--;
    if (reader.watchers === 0) readers.delete(key);
  }
}

function readShared(reader: Reader, read: () => Promise<ImportRecord | null>): Promise<ImportRecord | null> {
  const now = performance.now();
  if (reader.readAt === 0 || now - reader.readAt >= READ_EVERY_MS) {
    reader.readAt = now;
    reader.reading = read();
  }
  return reader.reading;
}
