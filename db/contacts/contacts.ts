import { phonePrefixes } from "@smscrm/core/contacts/phone";
import type { ConsentBasis } from "@smscrm/core/gates/gate";
import type { ZoneSource } from "@smscrm/core/time/time-zone";
import { and, desc, eq, lt, or, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { consents, contacts, doNotContact, tenants, users } from "../schema/index.ts";

export interface ContactRow {
  id: string;
  phone: string;
  firstName: string | null;
  lastName: string | null;
  country: string | null;
  timezone: string | null;
  timezoneSource: ZoneSource;
  consentBasis: ConsentBasis;
  optedOut: boolean;
  invalidReason: string | null;
  tags: string[];
  createdAt: Date;
}

/**
 * Table names are written out: in a select from one table the query builder omits them, and d.x = x would be x = x.
 */
const isOptedOut = sql<boolean>`exists (
  select 1 from do_not_contact d where d.tenant_id = contacts.tenant_id and d.phone_e164 = contacts.phone_e164)`;

const ROW = {
  id: contacts.id,
  phone: contacts.phoneE164,
  firstName: contacts.firstName,
  lastName: contacts.lastName,
  country: contacts.country,
  timezone: contacts.timezone,
  timezoneSource: contacts.timezoneSource,
  consentBasis: contacts.consentBasis,
  optedOut: isOptedOut,
  invalidReason: sql<
    string | null
  >`case when ${contacts.invalidUntil} is null or ${contacts.invalidUntil} > clock_timestamp()
    then ${contacts.invalidReason} end`,
  tags: contacts.tags,
  createdAt: contacts.createdAt,
};

/** A subselect for the contact with a number. A number has one contact, and a contact never changes its number. */
export function contactWith(tenantId: string, phone: string): SQL {
  return sql`(select ${contacts.id} from ${contacts} where ${contacts.tenantId} = ${tenantId} and ${contacts.phoneE164} = ${phone})`;
}

export interface ContactFilter extends PageRequest {
  /** The beginning of a name, or digits of a number from its start. */
  search?: string;
  tag?: string;
  optedOut?: boolean;
}

export async function listContacts(
  tx: TenantTransaction,
  tenantId: string,
  { search, tag, optedOut, cursor, limit }: ContactFilter,
): Promise<Page<ContactRow>> {
  const older = cursor ? lt(contacts.id, cursor) : undefined;
  // Other filters may exclude any of the matches.
  const most = tag === undefined && optedOut === undefined ? limit + 1 : null;
  const rows = await tx
    .select(ROW)
    .from(contacts)
    .where(
      and(
        eq(contacts.tenantId, tenantId),
        search ? await matches(tx, search, { tenantId, older, most }) : undefined,
        tag ? sql`${contacts.tags} @> array[${tag}]::text[]` : undefined,
        optedOut === undefined ? undefined : optedOut ? isOptedOut : sql`not ${isOptedOut}`,
        older,
      ),
    )
    .orderBy(desc(contacts.id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.id);
}

/** The contacts to search, and how many of the newest matches are enough (null: all). */
interface SearchScope {
  tenantId: string;
  older: SQL | undefined;
  most: number | null;
}

/**
 * Returns a condition for a search. "mia jo" is a first name and the beginning of a last name; digits are a number,
 * local (0412…) or with +61.
 */
async function matches(tx: TenantTransaction, search: string, among: SearchScope): Promise<SQL> {
  const text = search.trim().toLowerCase();
  const digits = text.replace(/[\s()+.-]/g, "");
  if (/^\d{3,15}$/.test(digits)) return numbered(tx, among.tenantId, digits);
  const { most } = among;
  const named = (...conditions: SQL[]) => contactIds(and(...conditions)!, among);
  const [first = "", ...rest] = text.split(/\s+/);
  // Forces the index of both names. The planner assumes that two frequent names often occur together, and would scan
  // all contacts, newest first, for two that never do.
  if (rest.length > 0) {
    const people = named(begins("first_name_lower", first), begins("last_name_lower", rest.join(" ")));
    return sql`${contacts.id} in (with people as materialized (${people}) select id from people order by id desc limit ${most})`;
  }
  const newest = (column: NameColumn) =>
    sql`(${named(begins(column, first))} order by id desc limit ${most})`;
  return sql`${contacts.id} in (${newest("first_name_lower")} union all ${newest("last_name_lower")})`;
}

/** A separate query that one index answers alone. */
function contactIds(condition: SQL, { tenantId, older }: SearchScope): SQL {
  return sql`select ${contacts.id} from ${contacts} where ${and(eq(contacts.tenantId, tenantId), condition, older)}`;
}

type NameColumn = "first_name_lower" | "last_name_lower";

/**
 * Matches the beginning of a name in any case. Uses leakproof operators, because others may not use an index under
 * row-level security.
 */
function begins(column: NameColumn, text: string): SQL {
  const name = sql`contacts.${sql.identifier(column)}`;
  const beginsSo = spellings(text).map(
    (spelling) =>
      sql`(${name} ~>=~ lower(${spelling}) and ${name} ~<~ (lower(${spelling}) || chr(${LAST_CHARACTER})))`,
  );
  return or(...beginsSo)!;
}

/** In the C locale lower() changes ASCII letters only: there a search for "žof" must also try "Žof". */
function spellings(text: string): string[] {
  const first = text.charAt(0);
  return first < "\u0080" ? [text] : [text, first.toUpperCase() + text.slice(1)];
}

const LAST_CHARACTER = 0x10ffff;

/**
 * Matches numbers that begin with the digits. Only if there are none, it matches digits anywhere in a number, which
 * reads every contact of the tenant.
 */
async function numbered(tx: TenantTransaction, tenantId: string, digits: string): Promise<SQL> {
  const [tenant] = await tx
    .select({ country: tenants.country })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  const beginsSo = or(...phonePrefixes(digits, tenant?.country ?? "").map(isBetween)) ?? sql`false`;
  const [one] = await tx
    .select({ id: contacts.id })
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), beginsSo))
    .limit(1);
  return one ? beginsSo : sql`${contacts.phoneE164} like ${`%${digits.replace(/^0+/, "")}%`}`;
}

/** Matches every number with this prefix: digits have the same order in every collation. */
function isBetween(prefix: string): SQL {
  const last = `${prefix}${"9".repeat(Math.max(0, E164_LENGTH_MAX - prefix.length))}`;
  return sql`(${contacts.phoneE164} >= ${prefix} and ${contacts.phoneE164} <= ${last})`;
}

/** With its "+": fifteen digits (ITU-T E.164). */
const E164_LENGTH_MAX = 16;

export interface Contact extends ContactRow {
  email: string | null;
  city: string | null;
  state: string | null;
  postcode: string | null;
  custom: Record<string, string>;
  lineType: string | null;
  updatedAt: Date;
  lastImportId: string | null;
  consents: ConsentRecord[];
  doNotContact: { source: string; note: string | null; createdAt: Date; createdBy: string | null } | null;
}

interface ConsentRecord {
  id: string;
  basis: ConsentBasis;
  source: string;
  evidence: Record<string, unknown>;
  createdAt: Date;
  recordedBy: string | null;
}

export async function findContact(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<Contact | null> {
  const [row] = await tx
    .select({
      ...ROW,
      email: contacts.email,
      city: contacts.city,
      state: contacts.state,
      postcode: contacts.postcode,
      custom: contacts.custom,
      lineType: contacts.lineType,
      updatedAt: contacts.updatedAt,
      lastImportId: contacts.lastImportId,
    })
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), eq(contacts.id, id)));
  if (!row) return null;
  const [history, optOut] = [
    await consentHistory(tx, tenantId, row.phone),
    await doNotContactEntry(tx, tenantId, row.phone),
  ];
  return { ...row, consents: history, doNotContact: optOut };
}

function consentHistory(tx: TenantTransaction, tenantId: string, phone: string): Promise<ConsentRecord[]> {
  return tx
    .select({
      id: consents.id,
      basis: consents.basis,
      source: consents.source,
      evidence: consents.evidence,
      createdAt: consents.createdAt,
      recordedBy: users.name,
    })
    .from(consents)
    .leftJoin(users, eq(users.id, consents.recordedBy))
    .where(and(eq(consents.tenantId, tenantId), eq(consents.phoneE164, phone)))
    .orderBy(desc(consents.id))
    .limit(50);
}

async function doNotContactEntry(tx: TenantTransaction, tenantId: string, phone: string) {
  const [entry] = await tx
    .select({
      source: doNotContact.source,
      note: doNotContact.note,
      createdAt: doNotContact.createdAt,
      createdBy: users.name,
    })
    .from(doNotContact)
    .leftJoin(users, eq(users.id, doNotContact.createdBy))
    .where(and(eq(doNotContact.tenantId, tenantId), eq(doNotContact.phoneE164, phone)));
  return entry ?? null;
}

export interface ContactChange {
  firstName?: string | null;
  lastName?: string | null;
  email?: string | null;
  /** Null removes the stated zone, and the zone is derived again. */
  timezone?: string | null;
  tags?: string[];
}

/** Returns false if the tenant has no such contact. */
export async function updateContact(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  { timezone, ...change }: ContactChange,
): Promise<boolean> {
  const zone = timezone === undefined ? {} : { timezone, timezoneSource: zoneSource(timezone) };
  const changed = await tx
    .update(contacts)
    .set({ ...change, ...zone, updatedAt: sql`clock_timestamp()` })
    .where(and(eq(contacts.tenantId, tenantId), eq(contacts.id, id)))
    .returning({ id: contacts.id });
  return changed.length > 0;
}

const zoneSource = (timezone: string | null): ZoneSource => (timezone === null ? "unknown" : "stated");

export interface NewContact {
  phoneE164: string;
  country: string | null;
  lineType: string;
  firstName: string | null;
  lastName: string | null;
  timezone: string | null;
  timezoneSource: ZoneSource;
  tags: string[];
  consentBasis: ConsentBasis;
  consentEvidence: Record<string, unknown>;
  recordedBy: string;
}

/** Adds a contact with its consent record; null if the tenant already has this number. */
export async function insertContact(
  tx: TenantTransaction,
  tenantId: string,
  { consentEvidence, recordedBy, ...contact }: NewContact,
): Promise<string | null> {
  const [added] = await tx
    .insert(contacts)
    .values({ ...contact, tenantId, consentAt: sql`clock_timestamp()` })
    .onConflictDoNothing()
    .returning({ id: contacts.id });
  if (!added) return null;
  await tx.insert(consents).values({
    tenantId,
    phoneE164: contact.phoneE164,
    basis: contact.consentBasis,
    source: "operator",
    evidence: consentEvidence,
    recordedBy,
  });
  return added.id;
}
