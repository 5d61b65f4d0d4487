import { scheduleCampaign, unscheduleCampaign } from "@smscrm/db/campaigns/campaign-schedule";
import { findCampaign } from "@smscrm/db/campaigns/campaigns";
import { badRequest, conflict, found } from "../http/refusals.ts";
import { type Asking, auditCampaign } from "./audit.ts";
import { mustBeProvenFor, mustBeSendable, refuseRepeating } from "./launch.ts";

export interface Scheduled {
  id: string;
  scheduledAt: Date;
}

const AHEAD_DAYS_MAX = 365;

/** Schedules a draft. The worker launches it at that time, unless someone unschedules it or sending is paused. */
export function schedule(asking: Asking, campaignId: string, at: Date): Promise<Scheduled> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx) => {
    const campaign = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    const now = Date.now();
    if (at.getTime() <= now) throw badRequest("This time is in the past. Choose a later one, or launch now.");
    if (at.getTime() > now + AHEAD_DAYS_MAX * 86_400_000) {
      throw badRequest("Choose a time within a year from now.");
    }
    if (campaign.expiresAt && campaign.expiresAt <= at) {
      throw badRequest("The text expires before then. Choose an earlier time, or a later expiry.");
    }
    await refuseRepeating(tx, tenantId, campaignId);
    await mustBeProvenFor(asking, tx, await mustBeSendable(tx, tenantId, campaign, at));
    if (!(await scheduleCampaign(tx, tenantId, campaignId, session.userId, at))) {
      throw conflict(`This campaign is ${campaign.status}: only a draft can be scheduled.`);
    }
    await auditCampaign(tx, asking, "campaign.schedule", campaignId, { at: at.toISOString() });
    return { id: campaignId, scheduledAt: at };
  });
}

/** Makes a scheduled campaign a draft again, if it has not launched yet. */
export function unschedule(asking: Asking, campaignId: string): Promise<{ ok: true }> {
  const { tenantId } = asking;
  return asking.inTenant(async (tx): Promise<{ ok: true }> => {
    const { status } = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    if (!(await unscheduleCampaign(tx, tenantId, campaignId))) {
      throw conflict(`This campaign is ${status}, not scheduled. To stop it, pause or cancel it.`);
    }
    await auditCampaign(tx, asking, "campaign.unschedule", campaignId, {});
    return { ok: true };
  });
}
