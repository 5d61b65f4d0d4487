import { type CampaignStatus, checkBody } from "@smscrm/core/campaign";
import { countAudience, customFieldNames } from "@smscrm/db/audience";
import { requestLaunch } from "@smscrm/db/campaign-states";
import { type Campaign, findCampaign } from "@smscrm/db/campaigns";
import type { TenantTransaction } from "@smscrm/db/connection";
import { badRequest, conflict, forbidden, found, unmet } from "../refusals.ts";
import { type Asking, auditCampaign } from "./audit.ts";

export interface Launched {
  id: string;
  status: CampaignStatus;
}

export interface OverrideRule {
  mayOverride: boolean;
  carrier: "simulator" | "twilio";
}

const SHORTEST_REASON = 10;

/**
 * Launches a draft once, whoever asks and however often. Refuses what could reach nobody, what the carrier would
 * refuse, and anything while sending is paused.
 */
export function launch(
  asking: Asking,
  campaignId: string,
  overrideReason: string | null,
  rule: OverrideRule,
): Promise<Launched> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx) => {
    const campaign = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    if (campaign.status !== "draft") throw alreadyLaunched(campaign);
    if (overrideReason !== null) mayOverride(overrideReason, rule);
    await mustBeSendable(tx, tenantId, campaign);
    const answer = await requestLaunch(tx, tenantId, campaignId, session.userId, overrideReason);
    if (!answer.ok && answer.why === "paused") {
      throw unmet("Sending is paused. Resume it under Settings → Kill Switch, then launch.");
    }
    if (!answer.ok && answer.why === "restored") {
      throw unmet("The database was restored and sending is locked: an owner unlocks it under System.");
    }
    if (!answer.ok) throw alreadyLaunched(found(await findCampaign(tx, tenantId, campaignId), "campaign"));
    await auditCampaign(tx, asking, "campaign.launch", campaignId, {
      quietHoursOverrideReason: overrideReason,
    });
    return { id: campaignId, status: "launching" };
  });
}

function alreadyLaunched({ launchedBy, launchedAt, status }: Campaign) {
  if (status === "scheduled") {
    return conflict("This campaign is scheduled. Take it off the schedule first, then launch it now.");
  }
  const by = launchedBy ? ` by ${launchedBy}` : "";
  const when = launchedAt ? ` at ${launchedAt.toISOString().slice(0, 16).replace("T", " ")} UTC` : "";
  return conflict(`This campaign was launched already${by}${when} and is ${status}. It is sent once only.`);
}

/** Texting at night is for trying it out: with a real carrier there is a person at the other end. */
function mayOverride(reason: string, rule: OverrideRule): void {
  if (!rule.mayOverride) throw forbidden("Only an owner can send outside quiet hours.");
  if (rule.carrier !== "simulator") {
    throw forbidden(
      "Quiet hours can be set aside only while texts go to the simulator. Launch without it: messages wait for the morning.",
    );
  }
  if (reason.length < SHORTEST_REASON) {
    throw badRequest(
      `Say in at least ${SHORTEST_REASON} characters why this goes out during quiet hours: it is kept.`,
    );
  }
}

/** Refuses what could reach nobody, and what the carrier would refuse. */
export async function mustBeSendable(
  tx: TenantTransaction,
  tenantId: string,
  campaign: Campaign,
): Promise<void> {
  const [fault] = checkBody(campaign.body, await customFieldNames(tx, tenantId)).errors;
  if (fault) throw badRequest(fault);
  if (campaign.expiresAt && campaign.expiresAt <= new Date()) {
    throw badRequest("This campaign has expired already. Choose a later time in its settings, or none.");
  }
  if ((await countAudience(tx, tenantId, campaign.audience)) === 0) {
    throw badRequest("Nobody is in this audience. Import contacts, or choose other tags.");
  }
}
