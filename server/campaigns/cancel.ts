import { cancelCampaign, cancelQueuedJobs } from "@smscrm/db/campaign-states";
import { findCampaign } from "@smscrm/db/campaigns";
import { readStopProof, type StopProof } from "@smscrm/db/stop-proof";
import { conflict, found } from "../refusals.ts";
import { type Asking, auditCampaign } from "./audit.ts";

/** Small enough that claims do not wait behind it. */
const CHUNK = 5_000;

/**
 * Ends a campaign. The first commit stops it (a claim sends only for running campaigns); the queue is then emptied
 * in chunks. Asking again goes on where a call that died left off.
 */
export async function cancel(asking: Asking, campaignId: string): Promise<StopProof> {
  const { tenantId, inTenant } = asking;
  await inTenant(async (tx) => {
    const { status } = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    if (status === "canceled") return;
    if (!(await cancelCampaign(tx, tenantId, campaignId))) {
      throw conflict(
        status === "draft"
          ? "This is a draft: remove it instead."
          : `This campaign is ${status}: there is nothing to cancel.`,
      );
    }
    await auditCampaign(tx, asking, "campaign.cancel", campaignId, {});
  });
  while ((await inTenant((tx) => cancelQueuedJobs(tx, tenantId, campaignId, CHUNK))) === CHUNK);
  return inTenant((tx) => readStopProof(tx, tenantId, campaignId));
}
