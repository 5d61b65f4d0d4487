import { fillVariedAudience } from "@smscrm/db/testing/varied-audience";
import type postgres from "postgres";

/** The organisation whose audiences are counted. */
export const TENANT = "00000000-0000-0000-0000-00000000000e";
const NEIGHBOUR = "00000000-0000-0000-0000-00000000000f";

/** A campaign that went to most of the people, and the file that half of them came from. */
export const CAMPAIGN = "00000000-0000-7000-8000-0000000000ca";
export const IMPORT = "00000000-0000-7000-8000-0000000000fe";

/** Fills two organisations with people of every kind, their texts, replies and messages of a campaign. Needs a superuser. */
export async function fillAudiences(sql: postgres.Sql, contacts: number): Promise<void> {
  for (const [id, count] of [
    [NEIGHBOUR, Math.ceil(contacts / 10)],
    [TENANT, contacts],
  ] as const) {
    await sql`
      insert into tenants (id, name, timezone, country, daily_budget_cents, monthly_budget_cents)
      values (${id}, 'Acme', 'Australia/Sydney', 'AU', 1e9, 1e9)`;
    await sql`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
      values (${id}, ${id === TENANT ? "+61480000101" : "+61480000102"}, 'AU', 50)`;
    await fillVariedAudience(sql, { tenantId: id, contacts: count });
  }
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`set local statement_timeout = 0`;
    await tx`update contacts set last_import_id = ${IMPORT} where tenant_id = ${TENANT} and hashtext(phone_e164) & 1 = 0`;
    await tx`
      insert into texted_numbers (tenant_id, phone_e164, last_texted_at)
      select tenant_id, phone_e164, now() - (hashtext(phone_e164) & 127) * interval '1 day' from contacts
      where hashtext(phone_e164) % 5 <> 0`;
    await tx`
      insert into conversations (tenant_id, phone_e164, last_inbound_id, unread, undecided)
      select tenant_id, phone_e164, uuid_v7(), 0, 0 from contacts where hashtext(phone_e164 || 'reply') % 10 = 0`;
    await tx`
      insert into campaigns (id, tenant_id, name, body, audience, status)
      values (${CAMPAIGN}, ${TENANT}, 'Spring', 'Acme: sale. Reply STOP to opt out', '{"kind":"all"}', 'completed')`;
    await tx`
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, status, failure_reason)
      select tenant_id, ${CAMPAIGN}, id, phone_e164, status, case when status = 'failed' then 'Undelivered' end
      from (select *, (array['delivered', 'delivered', 'delivered', 'sent', 'failed'])[1 + abs(hashtext(phone_e164)) % 5] as status
        from contacts where tenant_id = ${TENANT} and hashtext(phone_e164 || 'in') % 4 <> 0) c`;
    await tx`update texted_backfill set finished_at = now()`;
  });
}
