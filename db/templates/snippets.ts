import { SNIPPET_PREFIX, type SnippetText } from "@smscrm/core/text/snippets";
import { type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/** The most snippets of a tenant. */
export const SNIPPETS_MAX = 100;
const USES_SHOWN = 50;

/** One text of a snippet; empty: any country, any language. */
export type SnippetVariant = Omit<SnippetText, "name">;

export interface Snippet {
  id: string;
  /** As it stands in a text: `{{snippet:name}}`. */
  name: string;
  version: number;
  ownerId: string;
  /** The member who answers for it; null: they left. */
  owner: string | null;
  updatedBy: string | null;
  updatedAt: Date;
  /** The one for everyone comes first. */
  texts: SnippetVariant[];
}

type Raw = Omit<Snippet, "updatedAt"> & { updatedAt: string };
const read = (row: Raw): Snippet => ({ ...row, updatedAt: new Date(row.updatedAt) });

const SAVED = sql`
  select s.id, s.name, s.version, s.owner_id as "ownerId",
    (select u.name from users u where u.id = s.owner_id) as owner,
    (select u.name from users u where u.id = s.updated_by) as "updatedBy", s.updated_at as "updatedAt",
    (select jsonb_agg(jsonb_build_object('country', t.country, 'language', t.language, 'body', t.body)
      order by t.country, t.language) from snippet_texts t where t.tenant_id = s.tenant_id and t.snippet_id = s.id) as texts
  from snippets s`;

/** Returns a tenant's snippets by name. */
export async function listSnippets(tx: TenantTransaction, tenantId: string): Promise<Snippet[]> {
  const rows = await tx.execute<Raw & Record<string, unknown>>(sql`${SAVED}
    where s.tenant_id = ${tenantId} and s.removed_at is null order by s.name limit ${SNIPPETS_MAX}`);
  return rows.map(read);
}

export async function findSnippet(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<Snippet | null> {
  const [row] = await tx.execute<Raw & Record<string, unknown>>(sql`${SAVED}
    where s.tenant_id = ${tenantId} and s.removed_at is null and s.id = ${id}`);
  return row ? read(row) : null;
}

/** Returns what texts may name beside merge fields: the tenant's snippets, as `snippet:name`. */
export async function snippetFields(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const rows = await tx.execute<{ name: string }>(sql`
    select name from snippets where tenant_id = ${tenantId} and removed_at is null order by name limit ${SNIPPETS_MAX}`);
  return rows.map(({ name }) => `${SNIPPET_PREFIX}${name}`);
}

export interface SnippetInput {
  name: string;
  texts: readonly SnippetVariant[];
}

/** Adds a snippet. */
export async function insertSnippet(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { name, texts }: SnippetInput,
): Promise<{ ok: true; id: string } | { ok: false; why: "name-taken" | "too-many" }> {
  const [counted] = await tx.execute<{ snippets: number }>(sql`
    select count(*)::int as snippets from snippets where tenant_id = ${tenantId} and removed_at is null`);
  if (counted!.snippets >= SNIPPETS_MAX) return { ok: false, why: "too-many" };
  const [row] = await tx.execute<{ id: string }>(sql`
    insert into snippets (tenant_id, name, owner_id, updated_by)
    values (${tenantId}, ${name}, ${userId}, ${userId}) on conflict do nothing returning id`);
  if (!row) return { ok: false, why: "name-taken" };
  await writeTexts(tx, tenantId, row.id, texts);
  return { ok: true, id: row.id };
}

async function writeTexts(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  texts: readonly SnippetVariant[],
): Promise<void> {
  await tx.execute(sql`delete from snippet_texts where tenant_id = ${tenantId} and snippet_id = ${id}`);
  await tx.execute(sql`
    insert into snippet_texts (tenant_id, snippet_id, country, language, body)
    select ${tenantId}::uuid, ${id}::uuid, given.country, given.language, given.body
    from jsonb_to_recordset(${JSON.stringify(texts)}::text::jsonb) as given (country text, language text, body text)`);
}

/**
 * Saves a snippet, if nobody has saved it since `seenVersion`. Approvals of campaigns that contain it end, because what was
 * approved is not what would go: `ended` names these campaigns. Its name stays, because texts contain it.
 */
export async function saveSnippet(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { id, seenVersion, texts }: { id: string; seenVersion: number; texts: readonly SnippetVariant[] },
): Promise<{ ok: true; version: number; ended: string[] } | { ok: false; why: "changed" }> {
  const [locked] = await tx.execute<{ version: number; name: string }>(sql`
    select version, name from snippets
    where tenant_id = ${tenantId} and id = ${id} and removed_at is null for update`);
  if (locked?.version !== seenVersion) return { ok: false, why: "changed" };
  const version = seenVersion + 1;
  await tx.execute(sql`
    update snippets set version = ${version}, updated_by = ${userId}, updated_at = clock_timestamp()
    where tenant_id = ${tenantId} and id = ${id}`);
  await writeTexts(tx, tenantId, id, texts);
  const approved = await tx.execute<{ id: string }>(sql`
    select c.id from launch_approvals a join campaigns c on c.tenant_id = a.tenant_id and c.id = a.campaign_id
    where a.tenant_id = ${tenantId} and a.ended_at is null and c.status in ('draft', 'scheduled')
      and ${campaignHas(locked.name)}`);
  for (const campaign of approved)
    await tx.execute(sql`select end_approvals_of_text(${tenantId}::uuid, ${campaign.id}::uuid)`);
  return { ok: true, version, ended: approved.map((campaign) => campaign.id) };
}

/** Removes a snippet, unless something that is not sent yet contains it. */
export async function removeSnippet(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<{ ok: true } | { ok: false; uses: SnippetUse[] }> {
  // Locked, so that no launch reads it in this moment.
  const [locked] = await tx.execute<{ name: string }>(sql`
    select name from snippets where tenant_id = ${tenantId} and id = ${id} and removed_at is null for update`);
  const uses = locked ? await snippetUses(tx, tenantId, locked.name) : [];
  if (uses.length > 0) return { ok: false, uses };
  await tx.execute(sql`
    update snippets set removed_at = clock_timestamp() where tenant_id = ${tenantId} and id = ${id}`);
  return { ok: true };
}

const has = (body: SQL, name: string): SQL =>
  sql`(position('{{' in ${body}) > 0 and ${name} in (select snippet_names(${body})))`;

/** Whether a campaign `c` contains the snippet, in any of its texts. */
const campaignHas = (name: string): SQL => sql`(${has(sql`c.body`, name)} or exists (
  select 1 from campaign_texts x where x.tenant_id = c.tenant_id and x.campaign_id = c.id and ${has(sql`x.body`, name)}))`;

/** Something that contains a snippet and may still be sent. `series`: a draft that is launched again and again. */
export interface SnippetUse {
  kind: "template" | "campaign" | "series" | "flow";
  id: string;
  name: string;
  status: string;
}

/** Returns what contains a snippet and may still be sent: templates, drafts, scheduled campaigns and flows. */
export async function snippetUses(
  tx: TenantTransaction,
  tenantId: string,
  name: string,
): Promise<SnippetUse[]> {
  const rows = await tx.execute<SnippetUse & Record<string, unknown>>(sql`
    (select 'template' as kind, t.id, t.name, 'saved' as status
    from templates t join template_versions v on v.tenant_id = t.tenant_id and v.template_id = t.id and v.version = t.version
    where t.tenant_id = ${tenantId} and t.removed_at is null and (${has(sql`v.body`, name)} or exists (
      select 1 from template_texts x
      where x.tenant_id = v.tenant_id and x.template_id = v.template_id and x.version = v.version and ${has(sql`x.body`, name)}))
    order by lower(t.name) limit ${USES_SHOWN})
    union all
    (select case when exists (select 1 from campaign_series r
        where r.tenant_id = c.tenant_id and r.campaign_id = c.id and r.ended_at is null) then 'series' else 'campaign' end,
      c.id, c.name, c.status
    from campaigns c
    where c.tenant_id = ${tenantId} and c.kind = 'campaign' and c.status in ('draft', 'scheduled') and ${campaignHas(name)}
    order by c.id desc limit ${USES_SHOWN})
    union all
    (select 'flow', f.id, f.name, f.status from flows f
    where f.tenant_id = ${tenantId} and f.status <> 'stopped' and ${has(sql`f.draft::text`, name)}
    order by lower(f.name) limit ${USES_SHOWN})`);
  return [...rows];
}

/** Gives a template or a snippet to another member. False: there is none. */
export async function changeOwner(
  tx: TenantTransaction,
  tenantId: string,
  what: "templates" | "snippets",
  { id, userId }: { id: string; userId: string },
): Promise<boolean> {
  const rows = await tx.execute(sql`
    update ${sql.identifier(what)} set owner_id = ${userId}
    where tenant_id = ${tenantId} and id = ${id} and removed_at is null returning 1`);
  return rows.length > 0;
}
