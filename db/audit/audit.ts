import { and, desc, eq, lte, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { isTooSlow } from "../postgres/connection-faults.ts";
import { auditChecks, auditLog, auditSignedHeads, tenants } from "../schema/index.ts";

/** An action and its object. `actorId` is null where the program itself acted. */
export interface AuditNote {
  tenantId: string;
  actorId: string | null;
  /** Noun and verb: `campaign.launch`, `do-not-contact.add`. */
  action: string;
  objectKind: string;
  objectId?: string | null;
  detail?: Record<string, unknown>;
}

/** Writes an audit entry in the transaction of its action, so that neither exists without the other. */
export async function recordAudit(tx: TenantTransaction, note: AuditNote): Promise<void> {
  await tx.insert(auditLog).values({ ...note, objectId: note.objectId ?? null, detail: note.detail ?? {} });
}

/**
 * Like `recordAudit`, for several tenants at once. Ordered by tenant, like every transaction that locks the heads of
 * the logs.
 */
export async function recordAudits(tx: TenantTransaction, notes: readonly AuditNote[]): Promise<void> {
  const inOrder = [...notes].sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
  for (const note of inOrder) await recordAudit(tx, note);
}

/** A tenant's audit log is a chain: a writer locks it until the end of the transaction. */
const BUSY_AFTER_MS = 250;

/** Like `recordAudit`. Returns false, and leaves the transaction unchanged, if another transaction holds the log. */
export async function recordAuditUnlessBusy(tx: TenantTransaction, note: AuditNote): Promise<boolean> {
  try {
    await tx.transaction(async (inner) => {
      await inner.execute(sql`select set_config('lock_timeout', ${String(BUSY_AFTER_MS)}, true)`);
      await recordAudit(inner, note);
    });
    return true;
  } catch (error) {
    if (isTooSlow(error)) return false;
    throw error;
  }
}

/** What the audit page says about the log itself. */
export interface AuditEvidence {
  /** The tenant's time zone, in which the times are shown. */
  timezone: string;
  /** The newest signed head that the last check covered, or without a check the newest; null if there is none. */
  signedAt: Date | null;
  /** The last check of the whole log; null if there was none. */
  checkedAt: Date | null;
  /** The first broken entry; null if the last check held. */
  fault: string | null;
  /** The last signed head before the fault. */
  unbrokenUntil: Date | null;
}

export async function readAuditEvidence(tx: TenantTransaction, tenantId: string): Promise<AuditEvidence> {
  const [tenant] = await tx
    .select({ timezone: tenants.timezone })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  const [check] = await tx
    .select({
      checkedAt: auditChecks.checkedAt,
      fault: auditChecks.fault,
      unbrokenUntil: auditChecks.unbrokenUntil,
    })
    .from(auditChecks)
    .where(eq(auditChecks.tenantId, tenantId));
  const [head] = await tx
    .select({ signedAt: auditSignedHeads.signedAt })
    .from(auditSignedHeads)
    .where(
      and(
        eq(auditSignedHeads.tenantId, tenantId),
        check ? lte(auditSignedHeads.signedAt, check.checkedAt) : undefined,
      ),
    )
    .orderBy(desc(auditSignedHeads.id))
    .limit(1);
  return {
    timezone: tenant!.timezone,
    signedAt: head?.signedAt ?? null,
    checkedAt: check?.checkedAt ?? null,
    fault: check?.fault ?? null,
    unbrokenUntil: check?.unbrokenUntil ?? null,
  };
}
