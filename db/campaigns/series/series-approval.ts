import { isLaunchedAlone, launchAloneMax, repeatSentence } from "@smscrm/core/campaigns/approval";
import { sql } from "drizzle-orm";
import { AudienceGone } from "../../audiences/members.ts";
import type { PipelineTransaction } from "../../postgres/connection.ts";
import { copyCampaign, countCopied, lockCampaign, onPipeline, readLaunchRights } from "../launch-copy.ts";

/** The day of a yearly series: those whose date field is on one of these days, as MM-DD. */
export interface YearDays {
  field: string;
  days: string[];
}

/**
 * Returns why an occurrence may not be launched without an approval, or null. The text and the
 * audience may change between two occurrences. So both the member who repeats the campaign and the one who edited it last
 * must be allowed to launch to that many recipients alone.
 */
export async function occurrenceFault(
  tx: PipelineTransaction,
  { tenantId, campaignId, createdBy }: { tenantId: string; campaignId: string; createdBy: string | null },
  yearDays: YearDays | null,
  now: Date,
): Promise<string | null> {
  const run = onPipeline(tx);
  const campaign = (await lockCampaign(run, tenantId, campaignId))!;
  const maxima = [];
  for (const userId of [createdBy, campaign.editedBy]) {
    const { limits, member } = await readLaunchRights(run, tenantId, userId);
    maxima.push(launchAloneMax(member, limits));
  }
  const known = maxima.filter((most) => most !== null);
  if (known.length === 0) return null;
  const aloneMax = Math.min(...known);
  try {
    const { audience } = await copyCampaign(run, tenantId, campaign, { at: null, overrideReason: null });
    const isTheirs =
      yearDays &&
      sql`right(c.custom ->> ${yearDays.field}::text, 5) in (select jsonb_array_elements_text(${JSON.stringify(yearDays.days)}::jsonb))`;
    const recipients = await countCopied(run, tenantId, audience, now, isTheirs ?? undefined);
    return isLaunchedAlone(recipients, aloneMax) ? null : repeatSentence(recipients, aloneMax);
  } catch (error) {
    if (error instanceof AudienceGone) return error.message;
    throw error;
  }
}
