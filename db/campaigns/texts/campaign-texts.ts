import type { CampaignText, WrittenTexts } from "@smscrm/core/campaigns/texts/chosen-text";
import type { LanguageSettings } from "@smscrm/core/text/language";
import { type SnippetText, snippetNames } from "@smscrm/core/text/snippets";
import { type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { currentSnippets } from "../../templates/snippet-texts.ts";
import { onTenant, type Run } from "../run.ts";

/** All texts of a campaign, the first variant in the default language (empty) among them. */
const allTexts = (campaignId: string): SQL => sql`
  select 1::smallint as variant, '' as language, body from campaigns where id = ${campaignId}::uuid
  union all
  select variant, language, body from campaign_texts
  where campaign_id = ${campaignId}::uuid and (variant, language) <> (1, '')
  order by variant, language`;

/** The texts beside `campaigns.body` as JSON, for statements over `campaigns`; null where there is none. */
export const OTHER_TEXTS = `(
  select jsonb_agg(jsonb_build_object('variant', x.variant, 'language', x.language, 'body', x.body) order by x.variant, x.language)
  from campaign_texts x where x.tenant_id = campaigns.tenant_id and x.campaign_id = campaigns.id)`;

/** The texts and the frozen snippets of a launched campaign, for the claim: a look-up by key for each campaign. */
export const TEXTS_COLUMNS = `language as "defaultLanguage", ${OTHER_TEXTS} as texts, (
  select jsonb_agg(jsonb_build_object('name', s.name, 'country', s.country, 'language', s.language, 'body', s.body))
  from campaign_snippets s where s.tenant_id = campaigns.tenant_id and s.campaign_id = campaigns.id) as snippets`;

const frozenSnippets = (run: Run, tenantId: string, campaignId: string): Promise<SnippetText[]> =>
  run<SnippetText>(sql`
    select name, country, language, body from campaign_snippets
    where tenant_id = ${tenantId} and campaign_id = ${campaignId} order by name, country, language`);

/** Returns where a contact's language comes from. */
async function readLanguageSettings(run: Run, tenantId: string): Promise<LanguageSettings> {
  const [row] = await run<{ languages: LanguageSettings }>(
    sql`select languages from tenants where id = ${tenantId}`,
  );
  return row!.languages;
}

/**
 * Returns all that says which text each person gets: of a campaign that is not launched with the snippets as they are now, of
 * a launched one as they were frozen. `forLaunch` locks those snippets until the end of the transaction.
 */
export async function writtenTexts(
  run: Run,
  tenantId: string,
  campaignId: string,
  { forLaunch = false }: { forLaunch?: boolean } = {},
): Promise<Required<WrittenTexts> & { texts: CampaignText[]; snippets: SnippetText[] }> {
  const [campaign] = await run<{ language: string; status: string }>(
    sql`select language, status from campaigns where tenant_id = ${tenantId} and id = ${campaignId}`,
  );
  const texts = await run<CampaignText>(allTexts(campaignId));
  const names = [...new Set(texts.flatMap(({ body }) => snippetNames(body)))];
  const isOpen = campaign!.status === "draft" || campaign!.status === "scheduled";
  const snippets = isOpen
    ? await currentSnippets(run, tenantId, names, { forLaunch })
    : await frozenSnippets(run, tenantId, campaignId);
  return {
    body: texts[0]!.body,
    defaultLanguage: campaign!.language,
    texts: texts.slice(1),
    snippets,
    languages: await readLanguageSettings(run, tenantId),
  };
}

/** The same, in the API's transaction. */
export const writtenTextsOf = (tx: TenantTransaction, tenantId: string, campaignId: string) =>
  writtenTexts(onTenant(tx), tenantId, campaignId);
