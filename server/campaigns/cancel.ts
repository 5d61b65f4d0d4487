import { cancelCampaign, cancelQueuedJobs } from "@smscrm/db/campaigns/campaign-states";
import { findCampaign } from "@smscrm/db/campaigns/campaigns";
import { readStopProof, type StopProof } from "@smscrm/db/tenants/stop-proof";
import { conflict, found } from "../http/refusals.ts";
import { type Asking, auditCampaign, auditEnded } from "./audit.ts";

/** Small enough that claims do not wait for it. */
const CHUNK = 5_000;

/**
 * Ends a campaign. The first commit stops it, because a claim sends only for running campaigns. Then the queue is
 * emptied in chunks. A second call continues where a call that failed stopped.
 */
export async function cancel(asking: Asking, campaignId: string): Promise<StopProof> {
  const { tenantId, inTenant } = asking;
  await inTenant(async (tx) => {
    const { status } = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    if (status === "canceled") return;
    if (!(await cancelCampaign(tx, tenantId, campaignId))) {
      throw conflict(
        status === "draft"
          ? "This is a draft. Remove it instead."
          : `This campaign is ${status}: there is nothing to cancel.`,
      );
    }
    await auditCampaign(tx, asking, "campaign.cancel", campaignId, {});
    await auditEnded(tx, asking, campaignId);
  });
  while ((await inTenant((tx) => cancelQueuedJobs(tx, tenantId, campaignId, CHUNK))) === CHUNK);
  return inTenant((tx) => readStopProof(tx, tenantId, campaignId));
}
