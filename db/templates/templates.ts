import type { LanguageText } from "@smscrm/core/campaigns/texts/chosen-text";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/** The most templates of a tenant. */
export const TEMPLATES_MAX = 500;
const VERSIONS_SHOWN = 50;
const USES_SHOWN = 20;

export interface Template {
  id: string;
  name: string;
  version: number;
  body: string;
  /** The language of the body, as a tag; empty: not said. */
  language: string;
  /** The texts in other languages. */
  texts: LanguageText[];
  smartEncoding: boolean;
  ownerId: string;
  /** The member who answers for it; null: they left. */
  owner: string | null;
  updatedBy: string | null;
  updatedAt: Date;
}

type Raw = Omit<Template, "updatedAt"> & { updatedAt: string };
const read = (row: Raw): Template => ({ ...row, updatedAt: new Date(row.updatedAt) });

/** The texts of a version `v` in other languages. */
const TEXTS = sql`coalesce((
  select jsonb_agg(jsonb_build_object('language', x.language, 'body', x.body) order by x.language) from template_texts x
  where x.tenant_id = v.tenant_id and x.template_id = v.template_id and x.version = v.version), '[]')`;

const SAVED = sql`
  select t.id, t.name, t.version, v.body, v.smart_encoding as "smartEncoding", v.language,
    ${TEXTS} as texts, t.owner_id as "ownerId",
    (select u.name from users u where u.id = t.owner_id) as owner,
    (select u.name from users u where u.id = t.updated_by) as "updatedBy", t.updated_at as "updatedAt"
  from templates t
  join template_versions v on v.tenant_id = t.tenant_id and v.template_id = t.id and v.version = t.version`;

/** Returns a tenant's templates by name. */
export async function listTemplates(tx: TenantTransaction, tenantId: string): Promise<Template[]> {
  const rows = await tx.execute<Raw & Record<string, unknown>>(sql`${SAVED}
    where t.tenant_id = ${tenantId} and t.removed_at is null order by lower(t.name), t.id limit ${TEMPLATES_MAX}`);
  return rows.map(read);
}

export async function findTemplate(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<Template | null> {
  const [row] = await tx.execute<Raw & Record<string, unknown>>(sql`${SAVED}
    where t.tenant_id = ${tenantId} and t.removed_at is null and t.id = ${id}`);
  return row ? read(row) : null;
}

/** Whether the tenant has this version of a template, removed or not: a draft that began with it stays valid. */
export async function hasVersion(
  tx: TenantTransaction,
  tenantId: string,
  { id, version }: { id: string; version: number },
): Promise<boolean> {
  const rows = await tx.execute(sql`
    select 1 from template_versions where tenant_id = ${tenantId} and template_id = ${id} and version = ${version}`);
  return rows.length > 0;
}

export interface TemplateText {
  name: string;
  body: string;
  language: string;
  texts: readonly LanguageText[];
  smartEncoding: boolean;
}

/** Adds a template. */
export async function insertTemplate(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  text: TemplateText,
): Promise<{ ok: true; id: string } | { ok: false; why: "name-taken" | "too-many" }> {
  const [counted] = await tx.execute<{ templates: number }>(sql`
    select count(*)::int as templates from templates where tenant_id = ${tenantId} and removed_at is null`);
  if (counted!.templates >= TEMPLATES_MAX) return { ok: false, why: "too-many" };
  const [row] = await tx.execute<{ id: string }>(sql`
    insert into templates (tenant_id, name, owner_id, updated_by)
    values (${tenantId}, ${text.name}, ${userId}, ${userId}) on conflict do nothing returning id`);
  if (!row) return { ok: false, why: "name-taken" };
  await addVersion(tx, tenantId, userId, { ...text, id: row.id, version: 1 });
  return { ok: true, id: row.id };
}

async function addVersion(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { id, version, name, body, language, texts, smartEncoding }: TemplateText & { id: string; version: number },
): Promise<void> {
  await tx.execute(sql`
    insert into template_versions (tenant_id, template_id, version, name, body, language, smart_encoding, created_by)
    values (${tenantId}, ${id}, ${version}, ${name}, ${body}, ${language}, ${smartEncoding}, ${userId})`);
  if (texts.length === 0) return;
  await tx.execute(sql`
    insert into template_texts (tenant_id, template_id, version, language, body)
    select ${tenantId}::uuid, ${id}::uuid, ${version}::int, given.language, given.body
    from jsonb_to_recordset(${JSON.stringify(texts)}::text::jsonb) as given (language text, body text)`);
}

/** Saves the next version, if nobody has saved one since `seenVersion`. */
export async function saveTemplate(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { id, seenVersion, ...text }: TemplateText & { id: string; seenVersion: number },
): Promise<{ ok: true; version: number } | { ok: false; why: "changed" | "name-taken" }> {
  const [locked] = await tx.execute<{ version: number }>(sql`
    select version from templates where tenant_id = ${tenantId} and id = ${id} and removed_at is null for update`);
  if (locked?.version !== seenVersion) return { ok: false, why: "changed" };
  const taken = await tx.execute(sql`
    select 1 from templates where tenant_id = ${tenantId} and removed_at is null and lower(name) = lower(${text.name})
      and id <> ${id}`);
  if (taken.length > 0) return { ok: false, why: "name-taken" };
  const version = seenVersion + 1;
  await tx.execute(sql`
    update templates set name = ${text.name}, version = ${version}, updated_by = ${userId}, updated_at = clock_timestamp()
    where tenant_id = ${tenantId} and id = ${id}`);
  await addVersion(tx, tenantId, userId, { ...text, id, version });
  return { ok: true, version };
}

/** Removes a template. Campaigns that began with it keep their text. */
export async function removeTemplate(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.execute(sql`
    update templates set removed_at = clock_timestamp()
    where tenant_id = ${tenantId} and id = ${id} and removed_at is null returning 1`);
  return rows.length > 0;
}

export interface TemplateVersion {
  version: number;
  name: string;
  body: string;
  language: string;
  texts: LanguageText[];
  createdAt: Date;
  createdBy: string | null;
}

/** Returns the newest versions of a template, newest first. */
export async function listTemplateVersions(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<TemplateVersion[]> {
  const rows = await tx.execute<Omit<TemplateVersion, "createdAt"> & { createdAt: string }>(sql`
    select v.version, v.name, v.body, v.language, ${TEXTS} as texts, v.created_at as "createdAt",
      (select u.name from users u where u.id = v.created_by) as "createdBy"
    from template_versions v
    where v.tenant_id = ${tenantId} and v.template_id = ${id} order by v.version desc limit ${VERSIONS_SHOWN}`);
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}

export interface TemplateUse {
  /** `series`: a draft that is launched again and again. */
  kind: "campaign" | "series" | "flow";
  id: string;
  name: string;
  status: string;
  /** The version that it began with; null: a flow, whose steps may have several. */
  version: number | null;
}

/** Returns the newest campaigns that began with a template, and the flows with a step that did. */
export async function templateUses(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<TemplateUse[]> {
  const rows = await tx.execute<TemplateUse & Record<string, unknown>>(sql`
    (select case when exists (select 1 from campaign_series r
        where r.tenant_id = c.tenant_id and r.campaign_id = c.id and r.ended_at is null) then 'series' else 'campaign' end as kind,
      c.id, c.name, c.status, c.template_version as version
    from campaigns c
    where c.tenant_id = ${tenantId} and c.kind = 'campaign' and c.template_id = ${id}
    order by c.id desc limit ${USES_SHOWN})
    union all
    (select 'flow', f.id, f.name, f.status, null from flows f
    where f.tenant_id = ${tenantId} and f.status <> 'stopped'
      and jsonb_path_exists(f.draft, '$.**.template.id ? (@ == $id)', jsonb_build_object('id', ${id}::text))
    order by lower(f.name) limit ${USES_SHOWN})`);
  return [...rows];
}
