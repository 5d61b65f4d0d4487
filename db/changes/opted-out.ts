import { suppressCodes } from "@smscrm/core/send/carrier-outcome";
import type { PipelineTransaction } from "../postgres/connection.ts";

/**
 * Whether a person opted out themselves, whatever the do-not-contact list says of who listed them: by the last record of
 * their consent, or because the carrier refused their number. A piece of SQL about a row with a tenant and a number, with a
 * contact or without.
 */
export const optedOutThemselves = (row: string): string => `(
  (
    select s.basis from consents s where s.tenant_id = ${row}.tenant_id and s.phone_e164 = ${row}.phone_e164
      and s.withdraws is null order by s.id desc limit 1
  ) is not distinct from 'withdrawn'
  or exists (
    select 1 from contacts o where o.tenant_id = ${row}.tenant_id and o.phone_e164 = ${row}.phone_e164
      and o.consent_basis = 'withdrawn')
  or exists (
    select 1 from send_attempts a where a.tenant_id = ${row}.tenant_id and a.to_phone = ${row}.phone_e164
      and a.carrier_error_code = any('{${suppressCodes().join(",")}}'::int[])))`;

/** An entry of the do-not-contact list as the change log has it. A piece of SQL. */
export const entryAsJson = (row: string): string => `to_jsonb(${row}) - array['tenant_id', 'phone_e164']`;

/** Returns the entries of numbers, each locked until the transaction ends. */
export async function lockEntries(
  tx: PipelineTransaction,
  tenantId: string,
  phones: readonly string[],
): Promise<Map<string, { entry: Record<string, unknown>; isOwn: boolean }>> {
  const rows = await tx<{ phone: string; entry: Record<string, unknown> }[]>`
    select d.phone_e164 as phone, ${tx.unsafe(entryAsJson("d"))} as entry from do_not_contact d
    where d.tenant_id = ${tenantId} and d.phone_e164 = any(${phones as string[]}::text[])
    order by d.phone_e164 for update`;
  const listed = rows.map(({ phone }) => phone);
  const own = await tx<{ phone: string }[]>`
    select p.phone_e164 as phone from (
      select ${tenantId}::uuid as tenant_id, phone_e164 from unnest(${listed}::text[]) as u (phone_e164)) p
    where ${tx.unsafe(optedOutThemselves("p"))}`;
  const isOwn = new Set(own.map(({ phone }) => phone));
  return new Map(rows.map(({ phone, entry }) => [phone, { entry, isOwn: isOwn.has(phone) }]));
}
