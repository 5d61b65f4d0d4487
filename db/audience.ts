import { and, count, eq, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { type Audience, contacts } from "./schema/index.ts";

/** Only these people, in a statement over contacts (under that name or another one in which `tags` is not ambiguous). */
export function inAudience(audience: Audience): SQL {
  if (audience.kind === "one") return sql`id = ${audience.contactId}`;
  return audience.kind === "all" ? sql`true` : sql`tags && ${sql.param(audience.tags)}::text[]`;
}

/** The tags in use and how many contacts bear each, the most used first. */
export async function countTags(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ tag: string; contacts: number }[]> {
  const rows = await tx.execute<{ tag: string; contacts: number }>(sql`
    select tag, count(*)::int as contacts from ${contacts}, unnest(${contacts.tags}) as tag
    where ${contacts.tenantId} = ${tenantId} group by tag order by contacts desc, tag limit 200`);
  return [...rows];
}

/** How many contacts an audience has at this moment. */
export async function countAudience(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
): Promise<number> {
  const [row] = await tx
    .select({ contacts: count() })
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), inAudience(audience)));
  return row?.contacts ?? 0;
}

/** Names of the file columns that contacts of this tenant carry beside the standard ones: merge fields too. */
export async function customFieldNames(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const rows = await tx.execute<{ name: string }>(sql`
    select distinct jsonb_object_keys(custom) as name from (
      select custom from ${contacts} where ${contacts.tenantId} = ${tenantId} and custom <> '{}'::jsonb
      order by id desc limit 2000
    ) recent order by name limit 200`);
  return rows.map((row) => row.name);
}
