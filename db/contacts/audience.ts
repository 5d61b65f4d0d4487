import { and, count, eq, ne, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type Audience, contactCounters, contacts } from "../schema/index.ts";

/** A condition for the contacts of an audience, in a statement over `contacts` where `tags` is not ambiguous. */
export function inAudience(audience: Audience): SQL {
  if (audience.kind === "one") return sql`id = ${audience.contactId}`;
  return audience.kind === "all" ? sql`true` : sql`tags && ${sql.param(audience.tags)}::text[]`;
}

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

/** Returns how many contacts an audience has now. Reads counters, unless a contact may have several of its tags. */
export async function countAudience(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
): Promise<number> {
  const tag = audience.kind === "all" ? EVERYONE : audience.kind === "tags" ? onlyOf(audience.tags) : null;
  const [row] =
    tag === null
      ? await tx
          .select({ contacts: count() })
          .from(contacts)
          .where(and(eq(contacts.tenantId, tenantId), inAudience(audience)))
      : await tx
          .select({ contacts: sql<number>`coalesce(sum(${contactCounters.contacts}), 0)::int` })
          .from(contactCounters)
          .where(and(eq(contactCounters.tenantId, tenantId), eq(contactCounters.tag, tag)));
  return row?.contacts ?? 0;
}

/** The tag of a row that counts everyone. */
const EVERYONE = "";

function onlyOf(tags: readonly string[]): string | null {
  const different = new Set(tags);
  return different.size === 1 ? tags[0]! : null;
}

/** Returns the names of this tenant's custom fields, which are merge fields too. */
export async function customFieldNames(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const rows = await tx.execute<{ name: string }>(sql`
    select distinct jsonb_object_keys(custom) as name from (
      select custom from ${contacts} where ${contacts.tenantId} = ${tenantId} and custom <> '{}'::jsonb
      order by id desc limit 2000
    ) recent order by name limit 200`);
  return rows.map((row) => row.name);
}
