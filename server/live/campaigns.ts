import { type Progress, toProgress } from "@smscrm/core/campaigns/progress";
import { createThroughputMeter } from "@smscrm/core/campaigns/throughput-meter";
import { readCampaignFigures } from "@smscrm/db/campaigns/progress";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import type { createWatch } from "./watch.ts";

export type LiveCampaigns = ReturnType<typeof createWatch<Progress>>;

/**
 * Reads a campaign's progress. Null if the tenant has no such campaign. A caller that reads repeatedly measures the
 * throughput.
 */
export async function readProgress(
  database: TenantDatabase,
  tenantId: string,
  campaignId: string,
  pace?: ReturnType<typeof createThroughputMeter>,
): Promise<Progress | null> {
  const figures = await database.asTenant(tenantId, (tx) => readCampaignFigures(tx, tenantId, campaignId));
  return figures && toProgress(pace ? pace(figures) : figures);
}

/**
 * Yields a campaign's progress at once and after each change. It ends without a value if the tenant has no such
 * campaign.
 */
export function watchProgress(
  ctx: { dependencies: { database: TenantDatabase }; tenantId: string; liveCampaigns: LiveCampaigns },
  campaignId: string,
  until: AbortSignal,
): AsyncGenerator<Progress, void> {
  const { dependencies, tenantId, liveCampaigns } = ctx;
  const pace = createThroughputMeter();
  const read = () => readProgress(dependencies.database, tenantId, campaignId, pace);
  return liveCampaigns.watch({ tenantId, id: campaignId }, read, [until]);
}
