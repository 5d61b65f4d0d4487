import type { FileConsent } from "@smscrm/core/consent/imported";
import type { ConsentBasis } from "@smscrm/core/consent/terms";
import type { ImportMapping } from "@smscrm/core/contacts/import-columns";
import { and, asc, desc, eq, gt, inArray, lt, sql } from "drizzle-orm";
import { UNDO_DAYS } from "../changes/undo-runs.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { changeUndos, importChunks, importDiffs, importRejections, imports, users } from "../schema/index.ts";

const SUMMARY = {
  id: imports.id,
  fileName: imports.fileName,
  kind: imports.kind,
  status: imports.status,
  sizeBytes: imports.sizeBytes,
  bytesDone: imports.bytesDone,
  rowsDone: imports.rowsDone,
  rowsTotal: imports.rowsTotal,
  created: imports.created,
  updated: imports.updated,
  unchanged: imports.unchanged,
  rejected: imports.rejected,
  keptOptedOut: imports.keptOptedOut,
  optedOut: imports.optedOut,
  renamed: imports.renamed,
  error: imports.error,
  createdAt: imports.createdAt,
  startedAt: imports.startedAt,
  finishedAt: imports.finishedAt,
  createdBy: users.name,
  /** Null: nobody asked for its undo. */
  undoStatus: changeUndos.status,
};

const diffOf = and(eq(importDiffs.tenantId, imports.tenantId), eq(importDiffs.importId, imports.id));
const undoOf = and(eq(changeUndos.tenantId, imports.tenantId), eq(changeUndos.runId, imports.id));

const WHOLE = {
  ...SUMMARY,
  encoding: imports.encoding,
  delimiter: imports.delimiter,
  layout: imports.layout,
  header: imports.header,
  hasHeader: imports.hasHeader,
  sample: imports.sample,
  mapping: sql<ImportMapping | null>`${imports.mapping}`,
  tags: imports.tags,
  consentBasis: imports.consentBasis,
  consentEvidence: imports.consentEvidence,
  rejectedByReason: imports.rejectedByReason,
  choices: imports.choices,
  /** Until when it can be undone; null: it can't. */
  undoableUntil: sql<Date | null>`case when ${imports.isLogged} and ${imports.kind} = 'contacts'
    and ${imports.finishedAt} > clock_timestamp() - make_interval(days => ${UNDO_DAYS})
    then ${imports.finishedAt} + make_interval(days => ${UNDO_DAYS}) end`.mapWith(imports.finishedAt),
  undo: {
    reason: changeUndos.reason,
    total: changeUndos.total,
    done: changeUndos.done,
    restored: changeUndos.restored,
    removed: changeUndos.removed,
    kept: changeUndos.kept,
    consentsEnded: changeUndos.consentsEnded,
    error: changeUndos.error,
    requestedAt: changeUndos.requestedAt,
    finishedAt: changeUndos.finishedAt,
    requestedBy: sql<string | null>`(select name from users where id = ${changeUndos.requestedBy})`,
  },
  /** What an import of the file would do, by the answers of `order`. */
  diff: {
    status: importDiffs.status,
    order: sql<ImportOrder>`${importDiffs.order}`,
    bytesDone: importDiffs.bytesDone,
    rowsDone: importDiffs.rowsDone,
    created: importDiffs.created,
    updated: importDiffs.updated,
    renamed: importDiffs.renamed,
    unchanged: importDiffs.unchanged,
    rejected: importDiffs.rejected,
    keptOptedOut: importDiffs.keptOptedOut,
    optedOut: importDiffs.optedOut,
    rejectedByReason: importDiffs.rejectedByReason,
    isWhole: importDiffs.isWhole,
    error: importDiffs.error,
  },
};

export type ImportRecord = NonNullable<Awaited<ReturnType<typeof findImport>>>;

/** Lists imports, newest first, without incomplete uploads. */
export async function listImports(tx: TenantTransaction, tenantId: string, { cursor, limit }: PageRequest) {
  const rows = await tx
    .select(SUMMARY)
    .from(imports)
    .leftJoin(users, eq(users.id, imports.createdBy))
    .leftJoin(changeUndos, undoOf)
    .where(
      and(
        eq(imports.tenantId, tenantId),
        sql`${imports.status} <> 'uploading'`,
        cursor ? lt(imports.id, cursor) : undefined,
      ),
    )
    .orderBy(desc(imports.id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.id);
}

export async function findImport(tx: TenantTransaction, tenantId: string, id: string) {
  const [row] = await tx
    .select(WHOLE)
    .from(imports)
    .leftJoin(users, eq(users.id, imports.createdBy))
    .leftJoin(changeUndos, undoOf)
    .leftJoin(importDiffs, diffOf)
    .where(and(eq(imports.tenantId, tenantId), eq(imports.id, id)));
  return row ?? null;
}

/** Returns the beginning of an uploaded file, and whether that is the whole file. Null once its bytes are deleted. */
export async function readImportHead(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<{ bytes: Uint8Array; whole: boolean } | null> {
  const [row] = await tx
    .select({ bytes: importChunks.data, sizeBytes: imports.sizeBytes })
    .from(importChunks)
    .innerJoin(
      imports,
      and(eq(imports.tenantId, importChunks.tenantId), eq(imports.id, importChunks.importId)),
    )
    .where(
      and(eq(importChunks.tenantId, tenantId), eq(importChunks.importId, id), eq(importChunks.sequence, 0)),
    );
  return row ? { bytes: row.bytes, whole: row.bytes.length === row.sizeBytes } : null;
}

export interface ImportOrder {
  mapping: ImportMapping;
  /** Null for a list of opt-outs. */
  consentBasis: Exclude<ConsentBasis, "unknown" | "withdrawn"> | null;
  /** The operator's statement: where these people agreed, and to what; or how they opted out. */
  consentEvidence: string;
  /** What else holds for the consent of every row. */
  consent?: FileConsent | null;
  tags: string[];
}

/** Returns one piece of an uploaded file; null after the last. */
export async function readImportPiece(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  sequence: number,
): Promise<Uint8Array | null> {
  const [row] = await tx
    .select({ bytes: importChunks.data })
    .from(importChunks)
    .where(
      and(
        eq(importChunks.tenantId, tenantId),
        eq(importChunks.importId, id),
        eq(importChunks.sequence, sequence),
      ),
    );
  return row?.bytes ?? null;
}

/** Queues an import for the workers. False unless it was ready: a second start changes nothing. */
export async function queueImport(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  { mapping, ...order }: ImportOrder,
): Promise<boolean> {
  const queued = await tx
    .update(imports)
    .set({ ...order, mapping: sql`${JSON.stringify(mapping)}::jsonb`, choices: null, status: "queued" })
    .where(and(eq(imports.tenantId, tenantId), eq(imports.id, id), eq(imports.status, "ready")))
    .returning({ id: imports.id });
  return queued.length > 0;
}

/** Cancels an import; rows already imported stay. False if there was nothing to cancel. */
export async function cancelImport(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const canceled = await tx
    .update(imports)
    .set({ status: "canceled", finishedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(imports.tenantId, tenantId),
        eq(imports.id, id),
        inArray(imports.status, ["ready", "queued", "running"]),
      ),
    )
    .returning({ id: imports.id });
  if (canceled.length === 0) return false;
  await tx
    .delete(importChunks)
    .where(and(eq(importChunks.tenantId, tenantId), eq(importChunks.importId, id)));
  return true;
}

export interface Rejection {
  line: number;
  reason: string;
  detail: string | null;
  row: string[];
}

/** Lists rejected rows in file order; the cursor is the last line of the page. */
export async function listRejections(
  tx: TenantTransaction,
  tenantId: string,
  importId: string,
  { cursor, limit }: PageRequest,
): Promise<Page<Rejection>> {
  const rows = await tx
    .select({
      line: importRejections.line,
      reason: importRejections.reason,
      detail: importRejections.detail,
      row: importRejections.row,
    })
    .from(importRejections)
    .where(
      and(
        eq(importRejections.tenantId, tenantId),
        eq(importRejections.importId, importId),
        cursor ? gt(importRejections.line, Number(cursor)) : undefined,
      ),
    )
    .orderBy(asc(importRejections.line))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => String(row.line));
}

/** Keeps what members answered so far. False if the import does not wait for answers. */
export async function keepChoices(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  choices: Record<string, unknown>,
): Promise<boolean> {
  const rows = await tx
    .update(imports)
    .set({ choices })
    .where(and(eq(imports.tenantId, tenantId), eq(imports.id, id), eq(imports.status, "ready")))
    .returning({ id: imports.id });
  return rows.length > 0;
}

/** Of an organisation's imports, the newest are looked at: those that nobody starts end after a week. */
const RECENT_IMPORTS = 200;

/** Returns the imports that wait for a member's answers: how many, and the newest. */
export async function unansweredImports(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ count: number; newestId: string | null }> {
  const [row] = await tx.execute<{ count: number; newestId: string | null }>(sql`
    select count(*)::int as count, (array_agg(id order by id desc))[1] as "newestId" from (
      select id, status from imports where tenant_id = ${tenantId} order by id desc limit ${RECENT_IMPORTS}
    ) recent where status = 'ready'`);
  return row!;
}
