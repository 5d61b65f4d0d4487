import { and, count, eq, ne, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type Audience, contactCounters, contacts } from "../schema/index.ts";

/** A condition for the contacts of an audience, in a statement over `contacts` where `tags` is not ambiguous. */
export function inAudience(audience: Audience): SQL {
  if (audience.kind === "one") return sql`id = ${audience.contactId}`;
  return audience.kind === "all" ? sql`true` : sql`tags && ${sql.param(audience.tags)}::text[]`;
}

/** Returns the tags in use with their number of contacts, the most used first; reads counters. */
export async function countTags(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ tag: string; contacts: number }[]> {
  const { tag, contacts: counted } = contactCounters;
  return tx
    .select({ tag, contacts: sql<number>`sum(${counted})::int` })
    .from(contactCounters)
    .where(and(eq(contactCounters.tenantId, tenantId), ne(tag, EVERYONE)))
    .groupBy(tag)
    .having(sql`sum(${counted}) > 0`)
    .orderBy(sql`sum(${counted}) desc`, tag)
    .limit(200);
}

/** Returns how many contacts an audience has now. Reads counters, unless a contact may have several of its tags. */
export async function countAudience(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
): Promise<number> {
  const tag = audience.kind === "all" ? EVERYONE : audience.kind === "tags" ? onlyOf(audience.tags) : null;
  const [row] =
    tag === null
      ? await tx
          .select({ contacts: count() })
          .from(contacts)
          .where(and(eq(contacts.tenantId, tenantId), inAudience(audience)))
      : await tx
          .select({ contacts: sql<number>`coalesce(sum(${contactCounters.contacts}), 0)::int` })
          .from(contactCounters)
          .where(and(eq(contactCounters.tenantId, tenantId), eq(contactCounters.tag, tag)));
  return row?.contacts ?? 0;
}

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
  const sampled = size > COUNTED_MAX;
  const rows = await tx.execute<{ country: string | null; contacts: number }>(
    sampled
      ? sql`select country, count(*)::int as contacts from (
          select id, country, tags from contacts where tenant_id = ${tenantId}
          order by phone_reversed using ~<~, id limit ${COUNTED_MAX}
        ) sample where ${inAudience(audience)} group by 1 order by 2 desc, 1`
      : sql`select country, count(*)::int as contacts from contacts
          where tenant_id = ${tenantId} and ${inAudience(audience)} group by 1 order by 2 desc, 1`,
  );
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
  const newestFirst = audience.kind === "all" ? sql`order by id desc` : sql``;
  const [row] = await tx.execute<{ id: string }>(sql`
    with read as materialized (
      select id, consent_basis in ('unknown', 'withdrawn') as "withoutConsent" from contacts
      where tenant_id = ${tenantId} and ${inAudience(audience)} ${newestFirst} limit ${EXAMPLES_READ}
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
  const rows = await tx.execute(sql`
    select 1 from contacts where tenant_id = ${tenantId} and id = ${contactId} and ${inAudience(audience)}`);
  return rows.length > 0;
}

/** The tag of a row that counts everyone. */
const EVERYONE = "";

function onlyOf(tags: readonly string[]): string | null {
  const different = new Set(tags);
  return different.size === 1 ? tags[0]! : null;
}

/** Returns the names of this tenant's custom fields, which are merge fields too. */
export async function customFieldNames(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const rows = await tx.execute<{ name: string }>(sql`
    select distinct jsonb_object_keys(custom) as name from (
      select custom from ${contacts} where ${contacts.tenantId} = ${tenantId} and custom <> '{}'::jsonb
      order by id desc limit 2000
    ) recent order by name limit 200`);
  return rows.map((row) => row.name);
}
