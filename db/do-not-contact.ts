import { and, desc, eq, gte, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { type Page, type PageRequest, pageOf } from "./page.ts";
import { contacts, doNotContact, users } from "./schema/index.ts";

export interface DoNotContactEntry {
  phone: string;
  /** reply · operator · import · carrier · sql */
  source: string;
  note: string | null;
  createdAt: Date;
  createdBy: string | null;
  contactId: string | null;
}

/** Newest first. The cursor is the time to the microsecond and the number, as the last row had them. */
export async function listDoNotContact(
  tx: TenantTransaction,
  tenantId: string,
  { search, since, cursor, limit }: PageRequest & { search?: string; since?: Date },
): Promise<Page<DoNotContactEntry>> {
  const [at, phone] = cursor?.split("|") ?? [];
  const rows = await tx
    .select({
      phone: doNotContact.phoneE164,
      source: doNotContact.source,
      note: doNotContact.note,
      createdAt: doNotContact.createdAt,
      createdBy: users.name,
      contactId: contacts.id,
      exactly: sql<string>`extract(epoch from ${doNotContact.createdAt})::text`,
    })
    .from(doNotContact)
    .leftJoin(users, eq(users.id, doNotContact.createdBy))
    .leftJoin(
      contacts,
      and(eq(contacts.tenantId, doNotContact.tenantId), eq(contacts.phoneE164, doNotContact.phoneE164)),
    )
    .where(
      and(
        eq(doNotContact.tenantId, tenantId),
        search
          ? sql`${doNotContact.phoneE164} like ${`%${search.replace(/[^\d]/g, "").replace(/^0+/, "")}%`}`
          : undefined,
        since ? gte(doNotContact.createdAt, since) : undefined,
        at
          ? sql`(${doNotContact.createdAt}, ${doNotContact.phoneE164}) < (to_timestamp(${at}::numeric), ${phone})`
          : undefined,
      ),
    )
    .orderBy(desc(doNotContact.createdAt), desc(doNotContact.phoneE164))
    .limit(limit + 1);
  const page = pageOf(rows, limit, (row) => `${row.exactly}|${row.phone}`);
  return { ...page, items: page.items.map(({ exactly: _, ...entry }) => entry) };
}

/** In force at the commit. False where the number was on the list already. */
export async function addDoNotContact(
  tx: TenantTransaction,
  tenantId: string,
  entry: { phoneE164: string; note: string; createdBy: string },
): Promise<boolean> {
  const added = await tx
    .insert(doNotContact)
    .values({ ...entry, tenantId, source: "operator" })
    .onConflictDoNothing()
    .returning({ phone: doNotContact.phoneE164 });
  return added.length > 0;
}

/** How the number came onto the list, or null where it was not there. */
export async function removeDoNotContact(
  tx: TenantTransaction,
  tenantId: string,
  phoneE164: string,
): Promise<{ source: string; note: string | null } | null> {
  const [removed] = await tx
    .delete(doNotContact)
    .where(and(eq(doNotContact.tenantId, tenantId), eq(doNotContact.phoneE164, phoneE164)))
    .returning({ source: doNotContact.source, note: doNotContact.note });
  return removed ?? null;
}
