import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { onTenant, type Run } from "../run.ts";

/** One text of a campaign. `language` '': the default. */
export interface CampaignText {
  variant: number;
  language: string;
  body: string;
}

/** Returns all texts of a campaign: its own first, which is variant 1 in the default language. None: it does not exist. */
export const readCampaignTexts = (tx: TenantTransaction, campaignId: string): Promise<CampaignText[]> =>
  textsOf(onTenant(tx), campaignId);

/** The same for the API and the pipeline. */
export const textsOf = (run: Run, campaignId: string): Promise<CampaignText[]> =>
  run<CampaignText>(sql`
    select 1 as variant, '' as language, body from campaigns where id = ${campaignId}
    union all
    select t.variant, t.language, t.body from campaign_texts t
    where t.campaign_id = ${campaignId} and (t.variant, t.language) <> (1, '')
      and t.tenant_id = (select tenant_id from campaigns where id = ${campaignId})
    order by variant, language`);
