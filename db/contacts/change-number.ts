import { and, eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { contacts } from "../schema/index.ts";
import { insertContact, type NewContact } from "./contacts.ts";
import { listPreferences, refuseSubjects } from "./preferences.ts";

/**
 * Gives a person a new number: a new contact with the person's details, and what they refused. The old contact stays
 * with its messages and consents, which are about its number, and gets no more texts. Null if the new number has a
 * contact already.
 */
export async function moveToNumber(
  tx: TenantTransaction,
  tenantId: string,
  old: { id: string; phone: string },
  { why, ...contact }: NewContact & { why: string; recordedBy: string },
): Promise<string | null> {
  const { recordedBy, ...added } = contact;
  const id = await insertContact(tx, tenantId, added);
  if (id === null) return null;
  await tx.execute(sql`
    update contacts n set email = o.email, city = o.city, state = o.state, postcode = o.postcode,
      address_country = o.address_country, custom = o.custom
    from contacts o where n.tenant_id = ${tenantId} and n.id = ${id} and o.tenant_id = ${tenantId} and o.id = ${old.id}`);
  const refused = await listPreferences(tx, tenantId, old.phone);
  await refuseSubjects(
    tx,
    tenantId,
    contact.phoneE164,
    refused.map(({ subject }) => subject),
    { source: "operator", note: "Refused on the number before.", recordedBy },
  );
  await tx
    .update(contacts)
    .set({ invalidReason: why, invalidUntil: null, updatedAt: sql`clock_timestamp()` })
    .where(and(eq(contacts.tenantId, tenantId), eq(contacts.id, old.id)));
  return id;
}
