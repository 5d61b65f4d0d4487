import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { Audience } from "../schema/index.ts";
import { compileFor } from "./members.ts";

/** A contact as in the export of an audience; the columns of the file are in this order. */
export interface ExportedContact {
  id: string;
  phone: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  city: string | null;
  state: string | null;
  postcode: string | null;
  country: string | null;
  tags: string[];
  custom: Record<string, string>;
}

/** Returns the next `limit` contacts of an audience after an id. */
export async function exportContacts(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
  after: string | null,
  limit: number,
): Promise<ExportedContact[]> {
  const { joins, where } = await compileFor(tx, tenantId, audience);
  const rows = await tx.execute<ExportedContact & Record<string, unknown>>(sql`
    select c.id, c.phone_e164 as phone, c.first_name as "firstName", c.last_name as "lastName", c.email, c.city, c.state,
      c.postcode, c.country, c.tags, c.custom
    from contacts c ${joins}
    where c.tenant_id = ${tenantId} and c.id > ${after ?? "00000000-0000-0000-0000-000000000000"}::uuid and ${where}
    order by c.id limit ${limit}`);
  return [...rows];
}
