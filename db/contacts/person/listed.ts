import { and, eq, inArray } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import type { Page } from "../../postgres/page.ts";
import { contacts } from "../../schema/index.ts";
import { type ContactFilter, type ContactRow, listContacts } from "../contacts.ts";

/** A contact of the list with the details that only a file shows. */
interface ListedContact extends ContactRow {
  email: string | null;
  city: string | null;
  state: string | null;
  postcode: string | null;
  custom: Record<string, string>;
}

const NO_DETAILS = { email: null, city: null, state: null, postcode: null, custom: {} };

/** Returns a page of the contacts' list, in the list's order, with their details. */
export async function listWithDetails(
  tx: TenantTransaction,
  tenantId: string,
  filter: ContactFilter,
): Promise<Page<ListedContact>> {
  const page = await listContacts(tx, tenantId, filter);
  if (page.items.length === 0) return { ...page, items: [] };
  const rows = await tx
    .select({
      id: contacts.id,
      email: contacts.email,
      city: contacts.city,
      state: contacts.state,
      postcode: contacts.postcode,
      custom: contacts.custom,
    })
    .from(contacts)
    .where(
      and(
        eq(contacts.tenantId, tenantId),
        inArray(
          contacts.id,
          page.items.map(({ id }) => id),
        ),
      ),
    );
  const details = new Map(rows.map((row) => [row.id, row]));
  return { ...page, items: page.items.map((row) => ({ ...row, ...(details.get(row.id) ?? NO_DETAILS) })) };
}
