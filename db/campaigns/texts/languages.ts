import { type CampaignText, type LanguageText, languageFor } from "@smscrm/core/campaigns/texts/chosen-text";
import type { LanguageSettings } from "@smscrm/core/text/language";
import { type SQL, sql } from "drizzle-orm";
import { runOnPipeline } from "../../audiences/versions.ts";
import type { PipelineTransaction, TenantTransaction } from "../../postgres/connection.ts";

/** Saves the texts of a draft in other languages: of the first variant, those that changed only. */
export async function saveLanguageTexts(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  texts: readonly LanguageText[],
): Promise<void> {
  const given = sql`jsonb_to_recordset(${JSON.stringify(texts)}::text::jsonb) as given (language text, body text)`;
  await tx.execute(sql`
    delete from campaign_texts
    where tenant_id = ${tenantId} and campaign_id = ${campaignId} and variant = 1 and language <> ''
      and language not in (select given.language from ${given})`);
  if (texts.length === 0) return;
  await tx.execute(sql`
    insert into campaign_texts (tenant_id, campaign_id, variant, language, body)
    select ${tenantId}::uuid, ${campaignId}::uuid, 1, given.language, given.body from ${given}
    on conflict (tenant_id, campaign_id, variant, language) do update set body = excluded.body
      where campaign_texts.body <> excluded.body`);
}

/** A statement that gives a campaign all texts of another. */
export const copyTexts = (tenantId: string, { from, to }: { from: string; to: string }): SQL => sql`
  insert into campaign_texts (tenant_id, campaign_id, variant, language, body)
  select tenant_id, ${to}::uuid, variant, language, body from campaign_texts
  where tenant_id = ${tenantId}::uuid and campaign_id = ${from}::uuid`;

/** What the languages of a campaign's messages are chosen by. */
export interface SpokenCampaign {
  /** The tag of the default; empty: not said. */
  language: string;
  texts: readonly CampaignText[] | null;
  languages: LanguageSettings;
}

/** Whether there is anything to choose. */
export const hasLanguages = ({ texts }: SpokenCampaign): boolean =>
  texts?.some(({ language }) => language !== "") ?? false;

/**
 * Returns the language of each kind of person in a chunk as JSON rows of `said`, `country`, `language` and `reason`. `chunk`
 * selects `said`, what their field says, and `country`; both are empty where nothing is known.
 */
export async function languagesIn(
  tx: PipelineTransaction,
  chunk: SQL,
  { language: defaultLanguage, texts, languages }: SpokenCampaign,
): Promise<string> {
  const kinds = await runOnPipeline<{ said: string; country: string }>(
    tx,
    sql`select distinct said, coalesce(country::text, '') as country from (${chunk}) chunk`,
  );
  const written = { body: "", defaultLanguage, texts, languages };
  const { field } = languages;
  return JSON.stringify(
    kinds.map(({ said, country }) => {
      const custom = field === null ? {} : { [field]: said };
      return { said, country, ...languageFor(written, { custom, country: country || null }) };
    }),
  );
}
