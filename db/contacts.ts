import type { ConsentBasis, ZoneSource } from "@smscrm/core/gates/gate";
import { and, count, desc, eq, lt, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { type Page, type PageRequest, pageOf } from "./page.ts";
import { type Audience, campaigns, consents, contacts, doNotContact, users } from "./schema/index.ts";

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

/** The tags in use and how many contacts bear each, the most used first. */
export async function countTags(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ tag: string; contacts: number }[]> {
  const rows = await tx.execute<{ tag: string; contacts: number }>(sql`
    select tag, count(*)::int as contacts from ${contacts}, unnest(${contacts.tags}) as tag
    where ${contacts.tenantId} = ${tenantId} group by tag order by contacts desc, tag limit 200`);
  return [...rows];
}

/** How many contacts an audience has at this moment. */
export async function countAudience(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
): Promise<number> {
  const tagged =
    audience.kind === "tags" ? sql`${contacts.tags} && ${sql.param(audience.tags)}::text[]` : undefined;
  const [row] = await tx
    .select({ contacts: count() })
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), tagged));
  return row?.contacts ?? 0;
}

/** Names of the file columns that contacts of this tenant carry beside the standard ones: merge fields too. */
export async function customFieldNames(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const rows = await tx.execute<{ name: string }>(sql`
    select distinct jsonb_object_keys(custom) as name from (
      select custom from ${contacts} where ${contacts.tenantId} = ${tenantId} and custom <> '{}'::jsonb
      order by id desc limit 2000
    ) recent order by name limit 200`);
  return rows.map((row) => row.name);
}

/** One message to or from a person. */
export interface Turn {
  id: string;
  direction: "out" | "in";
  at: Date;
  body: string;
  status: string | null;
  reason: string | null;
  sendJobId: string | null;
  campaign: { id: string; name: string } | null;
  /** What an inbound message was taken for: opt-out, opt-in, help, ask-a-person, none. */
  kind: string | null;
  fromPhone: string;
}

/**
 * What was handed over to a number and what came from it, newest first. Ids of both kinds are UUIDv7, so they
 * sort by time together, and one cursor serves both.
 */
export async function listTurns(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  { cursor, limit }: PageRequest,
): Promise<Page<Turn>> {
  const before = cursor ?? "ffffffff-ffff-ffff-ffff-ffffffffffff";
  const rows = await tx.execute<TurnRow>(sql`
    select turn.*, ${campaigns.name} as "campaignName"
    from (
      (select a.id, 'out' as direction, coalesce(a.handed_over_at, a.claimed_at) as at, a.body, j.status,
        coalesce(j.failure_reason, j.hold_reason) as reason, j.id as "sendJobId", a.campaign_id as "campaignId",
        null as kind, a.from_phone as "fromPhone"
      from send_attempts a join send_jobs j on j.tenant_id = a.tenant_id and j.id = a.send_job_id
      where a.tenant_id = ${tenantId} and a.to_phone = ${phone} and a.id < ${before} and a.state <> 'released'
      order by a.id desc limit ${limit + 1})
      union all
      (select m.id, 'in', m.created_at, m.body, null, null, null, m.campaign_id, m.kind, m.from_phone
      from inbound_messages m
      where m.tenant_id = ${tenantId} and m.from_phone = ${phone} and m.id < ${before}
      order by m.id desc limit ${limit + 1})
    ) turn
    left join ${campaigns} on ${campaigns.tenantId} = ${tenantId} and ${campaigns.id} = turn."campaignId"
    order by turn.id desc limit ${limit + 1}`);
  return pageOf([...rows].map(toTurn), limit, (turn) => turn.id);
}

type TurnRow = Omit<Turn, "at" | "campaign"> & {
  at: string;
  campaignId: string | null;
  campaignName: string | null;
} & Record<string, unknown>;

function toTurn({ campaignId, campaignName, at, ...row }: TurnRow): Turn {
  const campaign = campaignId === null ? null : { id: campaignId, name: campaignName ?? "" };
  return { ...(row as Omit<Turn, "at" | "campaign">), at: new Date(at), campaign };
}
