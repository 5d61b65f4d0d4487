import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { Audience } from "../schema/index.ts";
import { compileFor } from "./members.ts";

/** Up to this size the countries of an audience are counted; of a larger one, a sample is. */
const COUNTED_MAX = 20_000;

/**
 * Returns the countries of an audience of `size` contacts with their number of contacts, the most first. They add up to
 * `size`. A large audience is estimated from those of the tenant's first 20,000 contacts by the last digits of their
 * number, which say nothing about the country, and come from an index.
 */
export async function countAudienceCountries(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
  size: number,
): Promise<{ country: string | null; contacts: number }[]> {
  const { joins, where } = await compileFor(tx, tenantId, audience);
  const sampled = size > COUNTED_MAX;
  const read = sampled
    ? sql`(select * from contacts where tenant_id = ${tenantId} order by phone_reversed using ~<~, id limit ${COUNTED_MAX})`
    : sql`contacts`;
  const rows = await tx.execute<{ country: string | null; contacts: number }>(sql`
    select c.country, count(*)::int as contacts from ${read} c ${joins}
    where c.tenant_id = ${tenantId} and ${where} group by 1 order by 2 desc, 1`);
  return sampled ? scaledTo(size, [...rows]) : [...rows];
}

/** Scales the counts of a sample to a size. The largest takes what the rounding leaves. */
function scaledTo<Row extends { contacts: number }>(size: number, rows: readonly Row[]): Row[] {
  const counted = rows.reduce((sum, row) => sum + row.contacts, 0);
  const scaled = rows.map((row) => ({ ...row, contacts: Math.round((row.contacts / counted) * size) }));
  const [largest] = scaled;
  if (largest) largest.contacts += size - scaled.reduce((sum, row) => sum + row.contacts, 0);
  return scaled;
}

/** Of how many contacts of an audience one is its example: a rare tag must not read all contacts. */
const EXAMPLES_READ = 1_000;

/**
 * Returns a contact of an audience, a new one with a consent if one can be found quickly; null if the audience is empty.
 * Contacts without a consent, such as those who only wrote to us, get most campaigns not at all.
 */
export async function exampleOfAudience(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
): Promise<string | null> {
  const { joins, where } = await compileFor(tx, tenantId, audience);
  const newestFirst = audience.kind === "all" ? sql`order by c.id desc` : sql``;
  const [row] = await tx.execute<{ id: string }>(sql`
    with read as materialized (
      select c.id, c.consent_basis in ('unknown', 'withdrawn') as "withoutConsent" from contacts c ${joins}
      where c.tenant_id = ${tenantId} and ${where} ${newestFirst} limit ${EXAMPLES_READ}
    ) select id from read order by "withoutConsent", id desc limit 1`);
  return row?.id ?? null;
}

/** Whether a contact is in an audience now. */
export async function isInAudience(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
  contactId: string,
): Promise<boolean> {
  const { joins, where } = await compileFor(tx, tenantId, audience);
  const rows = await tx.execute(sql`
    select 1 from contacts c ${joins} where c.tenant_id = ${tenantId} and c.id = ${contactId} and ${where}`);
  return rows.length > 0;
}
