import { LIFTED_BY_START } from "@smscrm/core/replies/replies";
import { and, desc, eq, gte, inArray, or, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { contacts, doNotContact, users } from "../schema/index.ts";
import { numberContains } from "./search.ts";

export interface DoNotContactEntry {
  phone: string;
  /** reply · operator · import · carrier · sql */
  source: string;
  note: string | null;
  createdAt: Date;
  createdBy: string | null;
  contactId: string | null;
}

/** Lists entries, newest first. The cursor is the last row's time, to the microsecond, and its number. */
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
        search ? numberContains(sql`${doNotContact.phoneE164}`, search) : undefined,
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

/**
 * Adds an operator's entry, which takes effect at the commit. It blocks the number and leaves consent as it is: an
 * opt-out, which withdraws it, is recorded with the person's words (see `recordOptOuts`). Only an operator lifts an
 * operator's entry. `taken-over`: the person was listed by their own STOP or by the carrier, which their START would lift; or
 * by a member for another reason, beside which this one stands, so that who takes back the first knows of the second.
 */
export async function addDoNotContact(
  tx: TenantTransaction,
  tenantId: string,
  entry: { phoneE164: string; note: string; createdBy: string },
): Promise<"added" | "taken-over" | "listed"> {
  const isMembers = sql`${doNotContact.source} = 'operator'`;
  const [written] = await tx
    .insert(doNotContact)
    .values({ ...entry, tenantId, source: "operator" })
    .onConflictDoUpdate({
      target: [doNotContact.tenantId, doNotContact.phoneE164],
      set: {
        source: sql`excluded.source`,
        note: sql`left(concat_ws(' · ', excluded.note, ${doNotContact.note}), 1000)`,
        createdBy: sql`case when ${isMembers} then ${doNotContact.createdBy} else excluded.created_by end`,
      },
      setWhere: or(
        inArray(doNotContact.source, [...LIFTED_BY_START]),
        sql`${isMembers} and strpos(coalesce(${doNotContact.note}, ''), excluded.note) = 0`,
      ),
    })
    .returning({ isNew: sql<boolean>`xmax = 0` });
  if (!written) return "listed";
  return written.isNew ? "added" : "taken-over";
}

/** Removes an entry and returns its source, or null if there was none. */
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
