import { type CustomField, FIELDS_MAX, undefinedField } from "@smscrm/core/fields/field";
import { usableFieldName } from "@smscrm/core/text/template";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { contactFields, contacts } from "../schema/index.ts";

/** A custom field with what a list of them shows. */
export interface FieldRow extends CustomField {
  /** 0: seen in contacts or imports, and defined by nobody yet. */
  revision: number;
}

const COLUMNS = {
  name: contactFields.name,
  label: contactFields.label,
  type: contactFields.type,
  choices: contactFields.choices,
  mergeable: contactFields.mergeable,
  revision: contactFields.revision,
};

/**
 * Returns a tenant's custom fields in order: those that somebody defined, then those that only stand in contacts or in
 * the mappings of imports. The latter are text, as they always were.
 */
export async function listFields(tx: TenantTransaction, tenantId: string): Promise<FieldRow[]> {
  const rows = await tx
    .select({ ...COLUMNS, removedAt: contactFields.removedAt })
    .from(contactFields)
    .where(eq(contactFields.tenantId, tenantId))
    .orderBy(asc(contactFields.position), asc(contactFields.name));
  const known = new Set(rows.map(({ name }) => name));
  const defined = rows.flatMap(({ removedAt, ...field }) => (removedAt === null ? [field] : []));
  const seen = (await seenNames(tx, tenantId)).filter((name) => !known.has(name));
  return [...defined, ...seen.map((name) => ({ ...undefinedField(name), revision: 0 }))].slice(0, FIELDS_MAX);
}

/** Returns the names in the newest contacts and imports. Old ones count too, once they are imported or edited again. */
async function seenNames(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const rows = await tx.execute<{ name: string }>(sql`
    select distinct jsonb_object_keys(custom) as name from (
      select custom from ${contacts} where ${contacts.tenantId} = ${tenantId} and custom <> '{}'::jsonb
      order by id desc limit 2000
    ) recent
    union
    select distinct jsonb_object_keys(mapping -> 'custom') from (
      select mapping from imports where tenant_id = ${tenantId} and started_at is not null
        and jsonb_typeof(mapping -> 'custom') = 'object' order by id desc limit 200
    ) imported order by name limit ${FIELDS_MAX}`);
  return [...new Set(rows.map((row) => usableFieldName(row.name)).filter((name) => name !== ""))];
}

/** Returns the names of the custom fields that templates may use. */
export async function customFieldNames(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const fields = await listFields(tx, tenantId);
  return fields.flatMap(({ name, mergeable }) => (mergeable ? [name] : []));
}

/** Every name that was ever given, that of a removed field too: its values still stand under it. */
export async function takenFieldNames(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const rows = await tx
    .select({ name: contactFields.name })
    .from(contactFields)
    .where(eq(contactFields.tenantId, tenantId));
  return [...new Set([...rows.map(({ name }) => name), ...(await seenNames(tx, tenantId))])];
}

const nextPosition = (tenantId: string) =>
  sql<number>`(select coalesce(max(position), 0) + 1 from contact_fields where tenant_id = ${tenantId})`;

/**
 * Adds fields at the end of the list. One that another person added in the same moment stays as theirs; the count
 * says how many are new.
 */
export async function insertFields(
  tx: TenantTransaction,
  tenantId: string,
  fields: readonly CustomField[],
): Promise<number> {
  if (fields.length === 0) return 0;
  const added = await tx
    .insert(contactFields)
    .values(
      fields.map(({ choices, ...field }, nth) => ({
        ...field,
        choices: [...choices],
        tenantId,
        position: sql`${nextPosition(tenantId)} + ${nth}`,
      })),
    )
    .onConflictDoNothing()
    .returning({ name: contactFields.name });
  return added.length;
}

/** Saves a field if nobody has changed it since `revision`. Revision 0: it was only seen in data, and is defined now. */
export async function updateField(
  tx: TenantTransaction,
  tenantId: string,
  revision: number,
  { choices, name, ...change }: CustomField,
): Promise<boolean> {
  if (revision === 0) return (await insertFields(tx, tenantId, [{ ...change, name, choices }])) > 0;
  const saved = await tx
    .update(contactFields)
    .set({
      ...{ ...change, choices: [...choices], revision: sql`${contactFields.revision} + 1` },
      updatedAt: sql`clock_timestamp()`,
    })
    .where(and(isField(tenantId, name), eq(contactFields.revision, revision)))
    .returning({ name: contactFields.name });
  return saved.length > 0;
}

const isField = (tenantId: string, name: string) =>
  and(eq(contactFields.tenantId, tenantId), eq(contactFields.name, name), isNull(contactFields.removedAt));

/** Removes a field from the list. Its values stay in contacts, for a file of a person's data. */
export async function removeField(tx: TenantTransaction, tenantId: string, name: string): Promise<void> {
  const { label, type, choices, mergeable } = undefinedField(name);
  await tx
    .insert(contactFields)
    .values({
      ...{ tenantId, name, label, type, choices: [...choices], mergeable },
      position: nextPosition(tenantId),
      removedAt: sql`clock_timestamp()`,
    })
    .onConflictDoUpdate({
      target: [contactFields.tenantId, contactFields.name],
      set: { removedAt: sql`clock_timestamp()`, revision: sql`${contactFields.revision} + 1` },
    });
}

/** Puts the fields in this order; those that aren't named come after them. */
export async function orderFields(
  tx: TenantTransaction,
  tenantId: string,
  names: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    update contact_fields f set position = coalesce(given.nth, ${names.length} + f.position)
    from contact_fields one left join jsonb_array_elements_text(${JSON.stringify(names)}::jsonb)
      with ordinality as given (name, nth) on given.name = one.name
    where f.tenant_id = ${tenantId} and one.tenant_id = f.tenant_id and one.name = f.name`);
}

/** Returns the campaigns that have not ended and whose texts may have this field: name and text. */
export async function openTexts(
  tx: TenantTransaction,
  tenantId: string,
  name: string,
): Promise<{ name: string; body: string }[]> {
  const mayHave = sql`position('{{' in text.body) > 0 and position(${name.charAt(0)} in lower(text.body)) > 0`;
  const rows = await tx.execute<{ name: string; body: string }>(sql`
    select c.name, text.body from campaigns c cross join lateral (
      select c.body union all select x.body from campaign_texts x where x.tenant_id = c.tenant_id and x.campaign_id = c.id
      union all select s.body from campaign_snippets s where s.tenant_id = c.tenant_id and s.campaign_id = c.id
    ) text
    where c.tenant_id = ${tenantId} and c.kind = 'campaign'
      and c.status in ('draft', 'scheduled', 'launching', 'running', 'paused') and ${mayHave}
    order by c.id desc limit 5000`);
  return [...rows];
}

/** Counts contacts with a value that is not null, among the newest 2,000. */
export async function recentValues(tx: TenantTransaction, tenantId: string, name: string): Promise<string[]> {
  const rows = await tx.execute<{ value: string }>(sql`
    select custom ->> ${name} as value from (
      select custom from ${contacts} where ${contacts.tenantId} = ${tenantId} order by id desc limit 2000
    ) recent where custom ->> ${name} is not null`);
  return rows.map((row) => row.value);
}
