import { findImport, type ImportRecord } from "@smscrm/db/imports/imports";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { rest } from "@smscrm/db/postgres/rest";
import { importView } from "./import-view.ts";

const READ_EVERY_MS = 500;
const FINAL = new Set(["completed", "failed", "canceled"]);
const AT_WORK = new Set(["queued", "running"]);

interface Reader {
  watchers: number;
  readAt: number;
  reading: Promise<ImportRecord | null>;
}

const readersOf = new WeakMap<TenantDatabase, Map<string, Reader>>();

/**
 * Yields an import now and after each change, until it has ended and no undo of it runs, or `signal` aborts. However many clients watch it,
 * it is read at most twice a second.
 */
async function* watchImport(
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
      if (FINAL.has(record.status) && !AT_WORK.has(record.undoStatus ?? "")) return;
      await rest(READ_EVERY_MS, signal);
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

/** Like `watchImport`, as the import's page shows it. It ends without a value if the tenant has no such import. */
export async function* watchImportView(
  ctx: {
    dependencies: { database: TenantDatabase };
    tenantId: string;
    session: { tenant: { country: string } };
  },
  id: string,
  until: AbortSignal,
): AsyncGenerator<ReturnType<typeof importView>, void> {
  for await (const record of watchImport(ctx.dependencies.database, ctx.tenantId, id, until)) {
    yield importView(record, ctx.session.tenant.country);
  }
}
