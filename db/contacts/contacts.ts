import type { ConsentBasis } from "@smscrm/core/gates/gate";
import type { ZoneSource } from "@smscrm/core/time/time-zone";
import { and, count, desc, eq, inArray, isNotNull, lt, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { consents, contacts, doNotContact, users } from "../schema/index.ts";
import { countTagged, EVERYONE } from "./audience.ts";
import { addConsent, type ConsentRecord, consentHistory, type NewConsent } from "./consents.ts";
import { listPreferences, type Preference } from "./preferences.ts";
import { searchCondition, searchContacts } from "./search.ts";

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

/** A contact that was merged into another is in no list. A search finds it by its number, and shows the other. */
const isOwn = sql`contacts.merged_into is null`;

/** A subselect for the contact with a number. A number has one contact, and a contact never changes its number. */
export function contactWith(tenantId: string, phone: string): SQL {
  return sql`(select ${contacts.id} from ${contacts} where ${contacts.tenantId} = ${tenantId} and ${contacts.phoneE164} = ${phone})`;
}

/** Returns the contact with a number, also one that was merged into another; null: none. */
export async function contactIdOf(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
): Promise<string | null> {
  const [row] = await tx
    .select({ id: contacts.id })
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), eq(contacts.phoneE164, phone)));
  return row?.id ?? null;
}

export interface ContactFilter extends PageRequest {
  /** Any part of a name or number; what begins so comes first. See `searchContacts`. */
  search?: string;
  tag?: string;
  optedOut?: boolean;
  /** Contacts whose custom field has this stored value. */
  field?: { name: string; value: string } | null;
}

/** Returns a condition on `contacts` for all contacts of a filter. */
export async function filterCondition(
  tx: TenantTransaction,
  tenantId: string,
  { search, ...filter }: Omit<ContactFilter, "cursor" | "limit">,
): Promise<SQL> {
  const found = search ? await searchCondition(tx, tenantId, search) : undefined;
  return and(eq(contacts.tenantId, tenantId), isOwn, filterOf(filter), found)!;
}

const filterOf = ({ tag, optedOut, field }: Pick<ContactFilter, "tag" | "optedOut" | "field">) =>
  and(
    tag ? sql`${contacts.tags} @> array[${tag}]::text[]` : undefined,
    optedOut === undefined ? undefined : optedOut ? isOptedOut : sql`not ${isOptedOut}`,
    // Capitals of A to Z don't matter, as in audiences.
    field
      ? sql`lower((${contacts.custom} ->> ${field.name}::text) collate "C") = lower(${field.value}::text collate "C")`
      : undefined,
  );

/** Counts the contacts of a filter without a search. Reads counters, unless several conditions must hold. */
export async function countContacts(
  tx: TenantTransaction,
  tenantId: string,
  filter: Pick<ContactFilter, "tag" | "optedOut" | "field">,
): Promise<number> {
  if (filter.optedOut === undefined && !filter.field)
    return countTagged(tx, tenantId, filter.tag ?? EVERYONE);
  const [row] = await tx
    .select({ contacts: count() })
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), isOwn, filterOf(filter)));
  return row!.contacts;
}

export async function listContacts(
  tx: TenantTransaction,
  tenantId: string,
  { search, cursor, limit, ...given }: ContactFilter,
): Promise<Page<ContactRow>> {
  const filter = filterOf(given);
  if (search) {
    const page = { tenantId, search, cursor: cursor ?? null, also: filter, limit: limit + 1 };
    const ids = await searchContacts(tx, page);
    const found = await contactsById(tx, tenantId, ids.slice(0, limit));
    return { items: found, nextCursor: ids.length > limit ? ids[limit - 1]! : null };
  }
  const rows = await tx
    .select(ROW)
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), isOwn, filter, cursor ? lt(contacts.id, cursor) : undefined))
    .orderBy(desc(contacts.id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.id);
}

/** Returns contacts in the order of the ids, each once; for one that was merged into another, the other. */
async function contactsById(
  tx: TenantTransaction,
  tenantId: string,
  ids: readonly string[],
): Promise<ContactRow[]> {
  if (ids.length === 0) return [];
  const merged = await tx
    .select({ id: contacts.id, into: contacts.mergedInto })
    .from(contacts)
    .where(
      and(eq(contacts.tenantId, tenantId), inArray(contacts.id, [...ids]), isNotNull(contacts.mergedInto)),
    );
  const into = new Map(merged.map((row) => [row.id, row.into!]));
  const shown = [...new Set(ids.map((id) => into.get(id) ?? id))];
  const rows = await tx
    .select(ROW)
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), inArray(contacts.id, shown)));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return shown.flatMap((id) => byId.get(id) ?? []);
}

export interface Contact extends ContactRow {
  email: string | null;
  city: string | null;
  state: string | null;
  postcode: string | null;
  /** ISO 3166-1 alpha-2 of the address, where it is not the number's country. */
  addressCountry: string | null;
  custom: Record<string, string>;
  lineType: string | null;
  updatedAt: Date;
  lastImportId: string | null;
  consents: ConsentRecord[];
  /** The purposes and topics that they refused. */
  preferences: Preference[];
  consentExpiresAt: Date | null;
  /** The consents and preferences that the gates read, as JSON. */
  consentSummary: string | null;
  doNotContact: { source: string; note: string | null; createdAt: Date; createdBy: string | null } | null;
  /** The contact that this one was merged into: it has the person's details. */
  mergedInto: string | null;
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
      addressCountry: contacts.addressCountry,
      custom: contacts.custom,
      lineType: contacts.lineType,
      updatedAt: contacts.updatedAt,
      lastImportId: contacts.lastImportId,
      consentExpiresAt: contacts.consentExpiresAt,
      mergedInto: contacts.mergedInto,
      consentSummary: sql<string | null>`${contacts.consentSummary}::text`,
    })
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), eq(contacts.id, id)));
  if (!row) return null;
  return {
    ...row,
    consents: await consentHistory(tx, tenantId, row.phone),
    preferences: await listPreferences(tx, tenantId, row.phone),
    doNotContact: await doNotContactEntry(tx, tenantId, row.phone),
  };
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
  city?: string | null;
  state?: string | null;
  postcode?: string | null;
  addressCountry?: string | null;
  /** Custom fields to change; null removes a value. */
  custom?: Record<string, string | null>;
  /** Where it is derived from something else than the person's own word, its source. Null: it is not known. */
  zone?: { timezone: string | null; timezoneSource: ZoneSource };
  tags?: string[];
}

/** Returns false if the tenant has no such contact, or it was changed since `seenUpdatedAt` (to the millisecond). */
export async function updateContact(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  { zone, custom, ...change }: ContactChange,
  seenUpdatedAt: Date | null = null,
): Promise<boolean> {
  const blanked = Object.keys(custom ?? {}).filter((name) => custom?.[name] === null);
  const filled = Object.fromEntries(Object.entries(custom ?? {}).filter(([, value]) => value !== null));
  const values = custom
    ? {
        custom: sql`(${contacts.custom} - ${sql.param(blanked)}::text[]) || ${JSON.stringify(filled)}::jsonb`,
      }
    : {};
  const changed = await tx
    .update(contacts)
    .set({ ...change, ...values, ...zone, updatedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(contacts.tenantId, tenantId),
        eq(contacts.id, id),
        // What is known of the person is in the other contact.
        isOwn,
        seenUpdatedAt
          ? sql`date_trunc('milliseconds', ${contacts.updatedAt}) = ${seenUpdatedAt.toISOString()}::timestamptz`
          : undefined,
      ),
    )
    .returning({ id: contacts.id });
  return changed.length > 0;
}

export interface NewContact {
  phoneE164: string;
  country: string | null;
  lineType: string;
  firstName: string | null;
  lastName: string | null;
  timezone: string | null;
  timezoneSource: ZoneSource;
  tags: string[];
  /** The contact whose further number it is. */
  mergedInto?: string;
  /** Null: none. */
  consent: NewConsent | null;
  /** Who adds the contact, and why it has no consent. */
  withoutConsent?: { note: string; recordedBy: string };
}

/** Adds a contact with its consent; null if the tenant already has this number. */
export async function insertContact(
  tx: TenantTransaction,
  tenantId: string,
  { consent, withoutConsent, ...contact }: NewContact,
): Promise<string | null> {
  const [added] = await tx
    .insert(contacts)
    .values({ ...contact, tenantId })
    .onConflictDoNothing()
    .returning({ id: contacts.id });
  if (!added) return null;
  if (consent) await addConsent(tx, tenantId, contact.phoneE164, consent);
  if (withoutConsent) {
    const { note, recordedBy } = withoutConsent;
    const { phoneE164 } = contact;
    const source = "operator";
    await tx
      .insert(consents)
      .values({ tenantId, phoneE164, basis: "unknown", source, evidence: { note }, recordedBy });
  }
  return added.id;
}
