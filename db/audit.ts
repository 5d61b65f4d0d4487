import { and, desc, eq, lt } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { type Page, type PageRequest, pageOf } from "./page.ts";
import { auditLog, users } from "./schema/index.ts";

/** What somebody did to something. `actorId` is null where the program itself acted. */
export interface AuditNote {
  tenantId: string;
  actorId: string | null;
  /** Noun and verb: `campaign.launch`, `do-not-contact.add`. */
  action: string;
  objectKind: string;
  objectId?: string | null;
  detail?: Record<string, unknown>;
}

/** Written in the transaction of the deed, so that neither exists without the other. */
export async function recordAudit(tx: TenantTransaction, note: AuditNote): Promise<void> {
  await tx.insert(auditLog).values({ ...note, objectId: note.objectId ?? null, detail: note.detail ?? {} });
}

export interface AuditEntry {
  id: number;
  at: Date;
  actor: string | null;
  action: string;
  objectKind: string;
  objectId: string | null;
  detail: Record<string, unknown>;
}

export async function listAuditEntries(
  tx: TenantTransaction,
  tenantId: string,
  { cursor, limit }: PageRequest,
): Promise<Page<AuditEntry>> {
  const rows = await tx
    .select({
      id: auditLog.id,
      at: auditLog.createdAt,
      actor: users.name,
      action: auditLog.action,
      objectKind: auditLog.objectKind,
      objectId: auditLog.objectId,
      detail: auditLog.detail,
    })
    .from(auditLog)
    .leftJoin(users, eq(users.id, auditLog.actorId))
    .where(and(eq(auditLog.tenantId, tenantId), cursor ? lt(auditLog.id, Number(cursor)) : undefined))
    .orderBy(desc(auditLog.id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => String(row.id));
}
