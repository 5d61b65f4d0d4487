import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";

/**
 * Stores the texts of the variants of a draft, from the second on, in place of those before. Only what differs is written, so
 * that a text that did not change keeps its approval.
 */
export async function storeVariants(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  bodies: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    delete from campaign_texts where tenant_id = ${tenantId} and campaign_id = ${campaignId} and variant > ${bodies.length + 1}`);
  if (bodies.length === 0) return;
  await tx.execute(sql`
    insert into campaign_texts (tenant_id, campaign_id, variant, body)
    select ${tenantId}::uuid, ${campaignId}::uuid, given.place + 1, given.body
    from jsonb_array_elements_text(${JSON.stringify(bodies)}::text::jsonb) with ordinality as given (body, place)
    on conflict (tenant_id, campaign_id, variant, language) do update set body = excluded.body
    where campaign_texts.body <> excluded.body`);
}

/** The test of `campaigns` with the texts of its variants, as core's `AbTest`; null: it has one text. A piece of SQL. */
export const AB_TEST_COLUMN = `case when campaigns.ab_test is not null then campaigns.ab_test || jsonb_build_object('texts', (
  select coalesce(jsonb_agg(t.body order by t.variant), '[]') from campaign_texts t
  where t.tenant_id = campaigns.tenant_id and t.campaign_id = campaigns.id and t.variant > 1 and t.language = '')) end`;

/** What a claim needs of the test of `campaigns`: who gets which text; null: it has no test. A piece of SQL. */
export const AB_STATE_COLUMN = `case when ab_test is not null
  then jsonb_build_object('testDraws', test_draws, 'winner', winner, 'stopped', to_jsonb(stopped_variants)) end as "abState"`;
