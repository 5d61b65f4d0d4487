import { scheduleCampaign, unscheduleCampaign } from "@smscrm/db/campaigns/campaign-schedule";
import { type Campaign, findCampaign } from "@smscrm/db/campaigns/campaigns";
import { lockCampaign, onTenant } from "@smscrm/db/campaigns/launch-copy";
import { badRequest, conflict, found } from "../http/refusals.ts";
import { mustBeApproved } from "./approvals/approval-guard.ts";
import { type Asking, auditCampaign, auditEnded } from "./audit.ts";
import { mustBeProvenFor, mustBeSendable, refuseRepeating } from "./launch.ts";
import { mustNotBeTestList, type TestListRule } from "./test-list-guard.ts";

export interface Scheduled {
  id: string;
  scheduledAt: Date;
}

const AHEAD_DAYS_MAX = 365;

/** Schedules a draft. The worker launches it at that time, unless someone unschedules it or sending is paused. */
export function schedule(
  asking: Asking,
  campaignId: string,
  at: Date,
  rule: TestListRule,
): Promise<Scheduled> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx) => {
    await lockCampaign(onTenant(tx), tenantId, campaignId);
    const campaign = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    mustBeTime(campaign, at);
    await refuseRepeating(tx, tenantId, campaignId);
    const recipients = await mustBeSendable(tx, tenantId, campaign, at);
    await mustNotBeTestList(tx, tenantId, campaign, rule);
    // Decided again at its time, by the audience and the role of then.
    const { detail } = await mustBeApproved(tx, asking, campaignId, recipients, { at, overrideReason: null });
    await mustBeProvenFor(asking, tx, recipients);
    if (!(await scheduleCampaign(tx, tenantId, campaignId, session.userId, at))) {
      throw conflict(`This campaign is ${campaign.status}: only a draft can be scheduled.`);
    }
    await auditCampaign(tx, asking, "campaign.schedule", campaignId, { at: at.toISOString(), ...detail });
    await auditEnded(tx, asking, campaignId);
    return { id: campaignId, scheduledAt: at };
  });
}

/** Refuses a time of launch in the past, too far ahead, or after the text expires. */
export function mustBeTime({ expiresAt }: Pick<Campaign, "expiresAt">, at: Date): void {
  const now = Date.now();
  if (at.getTime() <= now) throw badRequest("This time is in the past. Choose a later one, or launch now.");
  if (at.getTime() > now + AHEAD_DAYS_MAX * 86_400_000) {
    throw badRequest("Choose a time within a year from now.");
  }
  if (expiresAt && expiresAt <= at) {
    throw badRequest("The text expires before then. Choose an earlier time, or a later expiry.");
  }
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
    await auditEnded(tx, asking, campaignId);
    return { ok: true };
  });
}
