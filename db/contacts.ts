import type { ConsentBasis, ZoneSource } from "@smscrm/core/gates/gate";
import { and, desc, eq, lt, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { type Page, type PageRequest, pageOf } from "./page.ts";
import { consents, contacts, doNotContact, users } from "./schema/index.ts";

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

/** Names written out: in a select from one table the builder leaves table names off, and d.x = x would be x = x. */
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
  invalidReason: contacts.invalidReason,
  tags: contacts.tags,
  createdAt: contacts.createdAt,
};

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
  const rows = await tx
    .select(ROW)
    .from(contacts)
    .where(
      and(
        eq(contacts.tenantId, tenantId),
        search ? matches(search) : undefined,
        tag ? sql`${contacts.tags} @> array[${tag}]::text[]` : undefined,
        optedOut === undefined ? undefined : optedOut ? isOptedOut : sql`not ${isOptedOut}`,
        cursor ? lt(contacts.id, cursor) : undefined,
      ),
    )
    .orderBy(desc(contacts.id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.id);
}

/** "mia jo" is a first name and the beginning of a last one; digits are a number, local (0412…) or with its +61. */
function matches(search: string): SQL {
  const text = search.trim().toLowerCase();
  const digits = text.replace(/[\s()+.-]/g, "");
  if (/^\d{3,15}$/.test(digits)) {
    const tail = digits.replace(/^0+/, "");
    return sql`(${contacts.phoneE164} like ${`+${digits}%`} or (${contacts.phoneE164} like ${`%${tail}%`}))`;
  }
  const [first = "", ...rest] = text.split(/\s+/);
  if (rest.length > 0)
    return sql`(${begins("first_name", first)} and ${begins("last_name", rest.join(" "))})`;
  return sql`(${begins("first_name", first)} or ${begins("last_name", first)})`;
}

/**
 * A name that begins so, by the index over lower(name). A database whose locale is C lowers ASCII letters only, so
 * "žof" is looked for as "Žof" too.
 */
function begins(column: "first_name" | "last_name", text: string): SQL {
  const name = sql`lower(contacts.${sql.identifier(column)})`;
  const pattern = (spelling: string) => `${spelling.replace(/[\\%_]/g, "\\$&")}%`;
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return sql`(${name} like lower(${pattern(text)}) or ${name} like lower(${pattern(capital)}))`;
}

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

export interface ConsentRecord {
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
  /** Null: nobody states a zone any more, so it is worked out again. */
  timezone?: string | null;
  tags?: string[];
}

/** False where the tenant has no such contact. */
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

/** Adds a person with the record of their consent; null where the tenant has this number already. */
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
