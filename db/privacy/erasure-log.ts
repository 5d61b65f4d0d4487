import { and, desc, eq, isNull, lt, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { erasures, users } from "../schema/index.ts";

export interface ErasureEntry {
  id: string;
  erasedAt: Date;
  erasedBy: string | null;
  reason: string;
  /** The beginning of the keyed hash, as it stands in the person's messages. */
  mark: string;
  /** The source of the do-not-contact entry that the person had; null: none. */
  listedBy: string | null;
  /** Null: not all is removed yet. */
  finishedAt: Date | null;
  receipt: Record<string, number>;
  liftedAt: Date | null;
  liftReason: string | null;
}

export async function listErasures(
  tx: TenantTransaction,
  tenantId: string,
  { cursor, limit }: PageRequest,
): Promise<Page<ErasureEntry>> {
  const rows = await tx
    .select({
      id: erasures.id,
      erasedAt: erasures.createdAt,
      erasedBy: users.name,
      reason: erasures.reason,
      mark: sql<string>`substr(encode(${erasures.numberHash}, 'hex'), 1, 16)`,
      listedBy: erasures.listedBy,
      finishedAt: erasures.finishedAt,
      receipt: erasures.receipt,
      liftedAt: erasures.liftedAt,
      liftReason: erasures.liftReason,
    })
    .from(erasures)
    .leftJoin(users, eq(users.id, erasures.requestedBy))
    .where(and(eq(erasures.tenantId, tenantId), cursor ? lt(erasures.id, cursor) : undefined))
    .orderBy(desc(erasures.id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.id);
}

/** Lets an erased person be added again, which only they can ask for. False if the erasure is not in force. */
export async function liftErasure(
  tx: TenantTransaction,
  tenantId: string,
  { id, reason, by }: { id: string; reason: string; by: string },
): Promise<boolean> {
  const lifted = await tx
    .update(erasures)
    .set({ liftedAt: sql`clock_timestamp()`, liftedBy: by, liftReason: reason })
    .where(and(eq(erasures.tenantId, tenantId), eq(erasures.id, id), isNull(erasures.liftedAt)))
    .returning({ id: erasures.id });
  return lifted.length > 0;
}
