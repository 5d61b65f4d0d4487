import { abTestFault } from "@smscrm/core/campaigns/ab-test/ab-test";
import type { CampaignStatus } from "@smscrm/core/campaigns/campaign";
import { localTimeProblem } from "@smscrm/core/campaigns/timing/local-time";
import { suspensionSentence } from "@smscrm/core/explain/suspension";
import { destinationsIn } from "@smscrm/core/links/written-links";
import { hoursWords, type TenantLimits } from "@smscrm/core/platform/limits";
import { countAudience } from "@smscrm/db/audiences/members";
import { requestLaunch } from "@smscrm/db/campaigns/campaign-states";
import { type Campaign, findCampaign } from "@smscrm/db/campaigns/campaigns";
import { lockCampaign, onTenant } from "@smscrm/db/campaigns/launch-copy";
import { findSeries } from "@smscrm/db/campaigns/series/series";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { readLimits } from "@smscrm/db/tenants/limits";
import { readSecuritySettings } from "@smscrm/db/tenants/security-settings";
import { badRequest, conflict, forbidden, found, unmet } from "../http/refusals.ts";
import { mustBeProven } from "../users/session-guard.ts";
import { mustBeApproved } from "./approvals/approval-guard.ts";
import { type Asking, auditCampaign } from "./audit.ts";
import { mustBeSoundTexts } from "./preflight/texts.ts";
import { mustNotBeTestList, type TestListRule } from "./test-list-guard.ts";

export interface Launched {
  id: string;
  status: CampaignStatus;
}

export interface OverrideRule {
  mayOverride: boolean;
  carrier: "simulator" | "twilio";
}

export type LaunchRule = OverrideRule & TestListRule;

const REASON_MIN = 10;

/**
 * Launches a draft once, even with parallel requests. Refuses an empty audience, a text that the carrier would refuse,
 * and any launch while sending is paused.
 */
export function launch(
  asking: Asking,
  campaignId: string,
  overrideReason: string | null,
  rule: LaunchRule,
): Promise<Launched> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx) => {
    // Nobody changes the text between the decision and the launch.
    await lockCampaign(onTenant(tx), tenantId, campaignId);
    const campaign = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    if (campaign.status !== "draft") throw alreadyLaunched(campaign);
    await refuseRepeating(tx, tenantId, campaignId);
    await mayOverride(tx, tenantId, overrideReason, rule);
    const recipients = await mustBeSendable(tx, tenantId, campaign, new Date());
    await mustNotBeTestList(tx, tenantId, campaign, rule);
    const { audience, detail } = await mustBeApproved(tx, asking, campaignId, recipients, {
      ...{ at: null, overrideReason },
    });
    await mustBeProvenFor(asking, tx, recipients);
    const answer = await requestLaunch(tx, tenantId, campaignId, session.userId, overrideReason, audience);
    if (!answer.ok && answer.why === "suspended") {
      throw unmet(`${suspensionSentence(answer.reason)} Nothing can be launched until they reinstate it.`);
    }
    if (!answer.ok && answer.why === "paused") {
      throw unmet("Sending is paused. Resume it under Settings → Kill Switch, then launch.");
    }
    if (!answer.ok && answer.why === "restored") {
      throw unmet("The database was restored and sending is locked. An owner can unlock it under System.");
    }
    if (!answer.ok) throw alreadyLaunched(found(await findCampaign(tx, tenantId, campaignId), "campaign"));
    await auditCampaign(tx, asking, "campaign.launch", campaignId, {
      quietHoursOverrideReason: overrideReason,
      ...detail,
    });
    return { id: campaignId, status: "launching" };
  });
}

function alreadyLaunched({ launchedBy, launchedAt, status }: Campaign) {
  if (status === "scheduled") {
    return conflict("This campaign is scheduled. Unschedule it first, then launch it now.");
  }
  const by = launchedBy ? ` by ${launchedBy}` : "";
  const when = launchedAt ? ` at ${launchedAt.toISOString().slice(0, 16).replace("T", " ")} UTC` : "";
  return conflict(
    `This campaign was launched already${by}${when} and is ${status}. It can be sent only once.`,
  );
}

/** Refuses an override of quiet hours that this member may not make here. Null: they make none. */
export async function mayOverride(
  tx: TenantTransaction,
  tenantId: string,
  reason: string | null,
  rule: OverrideRule,
): Promise<void> {
  if (reason === null) return;
  mustBeReason(reason, rule);
  refuseBeyondLimit(await readLimits(tx, tenantId));
}

/** Only the simulator allows texting at night: a real carrier would wake a person. */
function mustBeReason(reason: string, rule: OverrideRule): void {
  if (!rule.mayOverride) throw forbidden("Only an owner can send outside quiet hours.");
  if (rule.carrier !== "simulator") {
    throw forbidden(
      "Quiet hours can be overridden only while texts go to the simulator. Launch without it: messages wait for the morning.",
    );
  }
  if (reason.length < REASON_MIN) {
    throw badRequest(
      `Give a reason of at least ${REASON_MIN} characters for sending during quiet hours. It is recorded.`,
    );
  }
}

function refuseBeyondLimit({ sendingHours }: TenantLimits): void {
  if (sendingHours === null) return;
  throw forbidden(
    `The platform's operator limits your sending hours to ${hoursWords(sendingHours)}, so quiet hours can't be overridden. Launch without it: messages wait for the morning.`,
  );
}

/** Refuses an A/B test that makes no sense with the rest of its campaign. `texts`: its other texts. */
export function refuseAbTest({
  body,
  abTest,
  shortenLinks,
  canary,
  texts,
}: Pick<Campaign, "body" | "abTest" | "shortenLinks" | "canary"> & {
  texts: readonly { language: string }[];
}): void {
  if (!abTest) return;
  if (texts.some(({ language }) => language !== ""))
    throw badRequest(
      "An A/B test compares texts in one language. Remove the texts in other languages, or turn the test off.",
    );
  const fault = abTestFault({
    ...{ texts: [body, ...abTest.texts], plan: abTest, shortenLinks },
    canaryPercent: canary?.percent ?? null,
    hasLink: (text) => destinationsIn(text).length > 0,
  });
  if (fault) throw badRequest(fault);
}

/** A draft that repeats is launched by its series only. */
export async function refuseRepeating(tx: TenantTransaction, tenantId: string, campaignId: string) {
  if (await findSeries(tx, tenantId, campaignId))
    throw conflict("This campaign repeats and launches automatically. Duplicate it to launch it by hand.");
}

/** Asks for a fresh proof where there are more recipients than an owner lets launch without one. */
export async function mustBeProvenFor(
  { tenantId, session }: Asking,
  tx: TenantTransaction,
  recipients: number,
): Promise<void> {
  const { launchProofAbove } = await readSecuritySettings(tx, tenantId);
  if (launchProofAbove !== null && recipients > launchProofAbove) mustBeProven(session);
}

/**
 * Refuses an audience of nobody, a local time that no longer fits, and a text that the carrier would refuse. Returns the
 * number of recipients.
 */
export async function mustBeSendable(
  tx: TenantTransaction,
  tenantId: string,
  campaign: Campaign,
  launchAt: Date,
): Promise<number> {
  await mustBeSoundTexts(tx, tenantId, campaign);
  refuseAbTest(campaign);
  if (campaign.expiresAt && campaign.expiresAt <= new Date()) {
    throw badRequest("This campaign has already expired. Choose a later expiry in its settings, or none.");
  }
  const timing = campaign.localTime && localTimeProblem(campaign.localTime, launchAt);
  if (timing) throw badRequest(timing);
  const recipients = await countAudience(tx, tenantId, campaign.audience);
  if (recipients === 0) {
    throw badRequest("Nobody is in this audience. Import contacts, or choose other tags.");
  }
  return recipients;
}
