import type { ConsentBasis } from "@smscrm/core/consent/terms";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";

/** A number of a person, by the contact that it is stored with. */
export interface PersonsNumber {
  contactId: string;
  phone: string;
  country: string | null;
  lineType: string | null;
  /** The number that campaigns text. */
  isPreferred: boolean;
  optedOut: boolean;
  invalidReason: string | null;
  consentBasis: ConsentBasis;
}

/** Returns all numbers of a contact's person, the preferred one first. Empty: there is no such contact. */
export async function numbersOf(
  tx: TenantTransaction,
  tenantId: string,
  contactId: string,
): Promise<PersonsNumber[]> {
  const rows = await tx.execute<PersonsNumber & Record<string, unknown>>(sql`
    with person as (
      select coalesce(merged_into, id) as id from contacts where tenant_id = ${tenantId} and id = ${contactId})
    select c.id as "contactId", c.phone_e164 as phone, c.country, c.line_type as "lineType",
      c.merged_into is null as "isPreferred", c.consent_basis as "consentBasis",
      case when c.invalid_until is null or c.invalid_until > clock_timestamp() then c.invalid_reason end as "invalidReason",
      exists (select 1 from do_not_contact d where d.tenant_id = c.tenant_id and d.phone_e164 = c.phone_e164) as "optedOut"
    from person p join contacts c on c.tenant_id = ${tenantId} and (c.id = p.id or c.merged_into = p.id)
    order by c.merged_into is not null, c.id`);
  return [...rows];
}

/** Locks a contact that is to get a further number. Returns whether it is one that has its own. */
export async function lockMain(tx: TenantTransaction, tenantId: string, contactId: string): Promise<boolean> {
  const rows = await tx.execute(sql`
    select 1 from contacts where tenant_id = ${tenantId} and id = ${contactId} and merged_into is null for no key update`);
  return rows.length > 0;
}
