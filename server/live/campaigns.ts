import type { TenantDatabase } from "@smscrm/db/connection";
import { readCampaignFigures } from "@smscrm/db/progress";
import type { createPaceMeter } from "./pace.ts";
import { type Progress, toProgress } from "./progress.ts";
import type { createWatch } from "./watch.ts";

export type LiveCampaigns = ReturnType<typeof createWatch<Progress>>;

/** Null where the tenant has no such campaign. Whoever reads again and again measures the pace. */
export async function readProgress(
  database: TenantDatabase,
  tenantId: string,
  campaignId: string,
  pace?: ReturnType<typeof createPaceMeter>,
): Promise<Progress | null> {
  const figures = await database.asTenant(tenantId, (tx) => readCampaignFigures(tx, tenantId, campaignId));
  return figures && toProgress(pace ? pace(figures) : figures);
}
