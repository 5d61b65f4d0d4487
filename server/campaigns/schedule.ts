import { scheduleCampaign, unscheduleCampaign } from "@smscrm/db/campaign-schedule";
import { findCampaign } from "@smscrm/db/campaigns";
import { badRequest, conflict, found } from "../refusals.ts";
import { type Asking, auditCampaign } from "./audit.ts";
import { mustBeSendable } from "./launch.ts";

export interface Scheduled {
  id: string;
  scheduledAt: Date;
}

const LONGEST_AHEAD_DAYS = 365;

/** Puts a draft on the schedule: the worker launches it at that time, unless somebody takes it off or sending is paused. */
export function schedule(asking: Asking, campaignId: string, at: Date): Promise<Scheduled> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx) => {
    const campaign = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    const now = Date.now();
    if (at.getTime() <= now) throw badRequest("This time is past. Choose a later one, or launch now.");
    if (at.getTime() > now + LONGEST_AHEAD_DAYS * 86_400_000) {
      throw badRequest("Choose a time within a year from now.");
    }
    if (campaign.expiresAt && campaign.expiresAt <= at) {
      throw badRequest(
        "The text is too old to send by then. Choose an earlier time, or let it expire later.",
      );
    }
    await mustBeSendable(tx, tenantId, campaign);
    if (!(await scheduleCampaign(tx, tenantId, campaignId, session.userId, at))) {
      throw conflict(`This campaign is ${campaign.status}: only a draft can be scheduled.`);
    }
    await auditCampaign(tx, asking, "campaign.schedule", campaignId, { at: at.toISOString() });
    return { id: campaignId, scheduledAt: at };
  });
}

/** Back to a draft, as long as its hour has not come. */
export function unschedule(asking: Asking, campaignId: string): Promise<{ ok: true }> {
  const { tenantId } = asking;
  return asking.inTenant(async (tx): Promise<{ ok: true }> => {
    const { status } = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    if (!(await unscheduleCampaign(tx, tenantId, campaignId))) {
      throw conflict(`This campaign is ${status}, not scheduled. Pause or cancel it to stop it.`);
    }
    await auditCampaign(tx, asking, "campaign.unschedule", campaignId, {});
    return { ok: true };
  });
}
