import { answerLaunch, isLaunchedAlone, launchAloneMax } from "@smscrm/core/campaigns/approval";
import {
  copyCampaign,
  frozenAs,
  lockCampaign,
  onTenant,
  readGivenApproval,
  readLaunchRights,
} from "@smscrm/db/campaigns/launch-copy";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import type { Audience } from "@smscrm/db/schema/campaigns";
import { found, unmet } from "../../http/refusals.ts";
import type { Asking } from "../audit.ts";

export interface LaunchTerms {
  /** When it launches; null: at once. */
  at: Date | null;
  overrideReason: string | null;
}

interface Approved {
  /** The audience that was decided about, for the launch to store; null: no role has a limit. */
  audience: Audience | null;
  /** For the audit log: whose approval it was. */
  detail: Record<string, unknown>;
}

/**
 * Refuses a launch that this member may not make alone and that nobody approved as it is now. Locks the campaign, so that
 * what was decided about is what is launched.
 */
export async function mustBeApproved(
  tx: TenantTransaction,
  { tenantId, session }: Pick<Asking, "tenantId" | "session">,
  campaignId: string,
  recipients: number,
  { at, overrideReason }: LaunchTerms,
): Promise<Approved> {
  const run = onTenant(tx);
  const campaign = found(await lockCampaign(run, tenantId, campaignId), "campaign");
  const { limits } = await readLaunchRights(run, tenantId, session.userId);
  const aloneMax = launchAloneMax(session, limits);
  if (aloneMax === null) return { audience: null, detail: {} };
  const launch = { at: at?.toISOString() ?? null, overrideReason };
  const copy = await copyCampaign(run, tenantId, campaign, launch);
  const approval = await readGivenApproval(run, tenantId, campaignId);
  const answer = answerLaunch({ recipients, aloneMax, approval, now: new Date(), copy });
  if (answer.kind === "ask") throw unmet(answer.sentence);
  const audience = frozenAs(copy.audience);
  const detail = { recipients, aloneMax };
  if (isLaunchedAlone(recipients, aloneMax) || !approval) return { audience, detail };
  const { id: approvalId, fingerprint } = approval;
  return { audience, detail: { ...detail, approvalId, fingerprint } };
}
