import { fillVariedAudience } from "@smscrm/db/testing/varied-audience";
import type postgres from "postgres";

/** The organisation whose campaigns are checked. */
export const TENANT = "00000000-0000-0000-0000-00000000000c";

/** The drafts that are checked, by name: their texts. */
export const DRAFTS: Readonly<Record<string, string>> = {
  "one text for all": "Acme: the sale is on until Sunday, acme.example/sale. Reply STOP to opt out",
  "with first names": "Hi {{first_name|there}}, the sale is on until Sunday. Acme. Reply STOP to opt out",
  "with both names and a field":
    "Hi {{first_name|there}} {{last_name|}}, your number is {{member_no|0}}. Acme. Reply STOP to opt out",
};

/** Fills one organisation with people, and a draft for each kind of text. Needs a superuser. */
export async function fillAudience(sql: postgres.Sql, contacts: number): Promise<void> {
  await sql`
    insert into tenants (id, name, timezone, country, daily_budget_cents, monthly_budget_cents, cap_per_day, cap_per_week)
    values (${TENANT}, 'Acme', 'Australia/Sydney', 'AU', 1e9, 1e9, 2, 5)`;
  await sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
    select ${TENANT}, phone, country, 50 from (values ('+61480000101', 'AU'), ('+12025550101', 'US'), ('+447700900101', 'GB'),
      ('+64210000101', 'NZ')) v (phone, country)`;
  await fillVariedAudience(sql, { tenantId: TENANT, contacts });
  for (const [name, body] of Object.entries(DRAFTS))
    await sql`
      insert into campaigns (tenant_id, name, body, audience, status)
      values (${TENANT}, ${name}, ${body}, '{"kind":"all"}', 'draft')`;
}
