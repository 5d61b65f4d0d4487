import { and, eq, ne, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { contactCounters } from "../schema/index.ts";

/** Returns the tags in use with their number of contacts, the most used first; reads counters. */
export async function countTags(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ tag: string; contacts: number }[]> {
  const { tag, contacts: counted } = contactCounters;
  return tx
    .select({ tag, contacts: sql<number>`sum(${counted})::int` })
    .from(contactCounters)
    .where(and(eq(contactCounters.tenantId, tenantId), ne(tag, EVERYONE)))
    .groupBy(tag)
    .having(sql`sum(${counted}) > 0`)
    .orderBy(sql`sum(${counted}) desc`, tag)
    .limit(200);
}

/** The tag of a row that counts everyone. */
export const EVERYONE = "";

/** Returns how many contacts have a tag, or how many there are (`EVERYONE`); reads counters. */
export async function countTagged(tx: TenantTransaction, tenantId: string, tag: string): Promise<number> {
  const [row] = await tx
    .select({ contacts: sql<number>`coalesce(sum(${contactCounters.contacts}), 0)::int` })
    .from(contactCounters)
    .where(and(eq(contactCounters.tenantId, tenantId), eq(contactCounters.tag, tag)));
  return row?.contacts ?? 0;
}
