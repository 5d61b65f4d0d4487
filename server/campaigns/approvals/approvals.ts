import { answerLaunch, copyDifferences, decideFault } from "@smscrm/core/campaigns/approval";
import { countAudience } from "@smscrm/db/audiences/members";
import * as db from "@smscrm/db/campaigns/approvals";
import { scheduleCampaign } from "@smscrm/db/campaigns/campaign-schedule";
import { type Campaign, findCampaign } from "@smscrm/db/campaigns/campaigns";
import {
  type CampaignState,
  copyCampaign,
  lockCampaign,
  onTenant,
  readCampaignState,
} from "@smscrm/db/campaigns/launch-copy";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { conflict, forbidden, found, unmet } from "../../http/refusals.ts";
import { auditCampaign } from "../audit.ts";
import {
  mayOverride,
  mustBeProvenFor,
  mustBeSendable,
  type OverrideRule,
  refuseRepeating,
} from "../launch.ts";
import { type Preflight, preflight } from "../preflight/run.ts";
import { mustBeTime } from "../schedule.ts";
import type { LaunchTerms } from "./approval-guard.ts";

/** The context of a procedure: who asks, and what a preflight needs. */
type Context = Parameters<typeof preflight>[0];

export interface ApprovalRequest extends LaunchTerms {
  campaignId: string;
  note: string | null;
}

/**
 * Asks for an approval: runs the preflight, and stores it with a copy of the campaign as it was checked. A campaign that
 * changes during the check is refused, because nobody saw it.
 */
export async function askApproval(
  ctx: Context,
  { campaignId, note, at, overrideReason }: ApprovalRequest,
  rule: OverrideRule,
  signal: AbortSignal | undefined,
): Promise<{ id: string }> {
  const { tenantId, session } = ctx;
  const launch = { at: at?.toISOString() ?? null, overrideReason };
  const look = async (tx: TenantTransaction) => {
    const run = onTenant(tx);
    await refuseRepeating(tx, tenantId, campaignId);
    const locked = found(await lockCampaign(run, tenantId, campaignId), "campaign");
    const campaign = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    mustBeDraft(campaign);
    return { campaign, copy: await copyCampaign(run, tenantId, locked, launch) };
  };
  const before = await ctx.inTenant(async (tx) => {
    const seen = await look(tx);
    if (at) mustBeTime(seen.campaign, at);
    await mayOverride(tx, tenantId, overrideReason, rule);
    await mustBeProvenFor(ctx, tx, await mustBeSendable(tx, tenantId, seen.campaign, at ?? new Date()));
    return seen;
  });
  const checked = await preflight(ctx, campaignId, {
    anyway: overrideReason !== null,
    ...{ at: at ?? undefined, signal },
  });
  return ctx.inTenant(async (tx) => {
    const { campaign, copy } = await look(tx);
    const isSame = campaign.updatedAt.getTime() === before.campaign.updatedAt.getTime();
    if (!isSame || copyDifferences(before.copy, copy).length > 0) {
      throw conflict("This campaign was changed while it was checked. Look at it, then ask again.");
    }
    const recipients = await mustBeSendable(tx, tenantId, campaign, at ?? new Date());
    const asked = await db.insertApproval(tx, tenantId, {
      ...{ campaignId, note, recipients, launchAt: at, askedBy: session.userId },
      seen: { copy, preflight: withoutPeople(checked) },
    });
    const { id: approvalId, fingerprint } = asked;
    await auditCampaign(tx, ctx, "approval.ask", campaignId, {
      ...{ approvalId, fingerprint, recipients, note },
      launchAt: launch.at,
    });
    return { id: approvalId };
  });
}

function mustBeDraft({ status }: Campaign): void {
  if (status === "scheduled") throw conflict("This campaign is scheduled. Unschedule it first, then ask.");
  if (status !== "draft") throw conflict(`This campaign is ${status}: there is nothing to approve.`);
}

/** What is kept of a preflight holds no names, numbers or values of people: an erasure never has to find it. */
function withoutPeople(checked: Preflight): Record<string, unknown> {
  const { dearer, refused, canOverrideQuietHours: _, ...figures } = checked;
  const cause = (of: Preflight["dearer"]["ucs2"]) => ({ ...of, offenders: [] });
  return JSON.parse(
    JSON.stringify({
      ...figures,
      refused: refused.map((each) => ({ ...each, example: null })),
      dearer: { ucs2: cause(dearer.ucs2), longer: cause(dearer.longer) },
      canOverrideQuietHours: false,
    }),
  );
}

export interface ApprovalPage {
  approval: db.Approval;
  seen: Awaited<ReturnType<typeof db.readSeen>>;
  /** What differs between the copy and the campaign now. Empty once it is over. */
  differs: ReturnType<typeof copyDifferences>;
  /** The recipients now; null once it is over. */
  recipientsNow: number | null;
  /** Why this member may not decide; null: they may. */
  fault: string | null;
}

/** Returns a request with exactly the copy that was seen, and what differs now. */
export async function readApprovalPage(
  tx: TenantTransaction,
  { tenantId, session }: Pick<Context, "tenantId" | "session">,
  id: string,
): Promise<ApprovalPage> {
  const approval = found(await db.findApproval(tx, tenantId, id), "approval");
  const seen = await db.readSeen(tx, tenantId, id);
  const fault = decideFault(parties(approval), session.userId);
  if (approval.endedAt) return { approval, seen, differs: [], recipientsNow: null, fault };
  const run = onTenant(tx);
  const campaign = found(await findCampaign(tx, tenantId, approval.campaignId), "campaign");
  const state = found(await readCampaignState(run, tenantId, approval.campaignId), "campaign");
  const now = await copyCampaign(run, tenantId, state, {
    at: seen.copy.launchAt,
    overrideReason: seen.copy.overrideReason,
  });
  return {
    ...{ approval, seen, fault },
    differs: copyDifferences(seen.copy, now),
    recipientsNow: await countAudience(tx, tenantId, campaign.audience),
  };
}

const parties = ({ askedBy, editedBy }: db.Approval) => ({ askedBy: askedBy.id, editedBy });

export interface ApprovalDecision {
  id: string;
  /** The hash of the copy that the member saw. */
  fingerprint: string;
  approve: boolean;
  comment: string | null;
}

/**
 * Approves a request, or returns it with a comment. Only a second person may, only the copy that they saw, and only while a
 * launch of it would be allowed. One with a time is scheduled with the approval.
 */
export function decideApproval(
  ctx: Context,
  { id, fingerprint, approve, comment }: ApprovalDecision,
): Promise<{ ok: true }> {
  const { tenantId, session } = ctx;
  return ctx.inTenant(async (tx): Promise<{ ok: true }> => {
    const { campaignId } = found(await db.findApproval(tx, tenantId, id), "approval");
    const run = onTenant(tx);
    const campaign = found(await lockCampaign(run, tenantId, campaignId), "campaign");
    // Read again under the lock: nobody changes the campaign or decides from here on.
    const approval = found(await db.findApproval(tx, tenantId, id), "approval");
    if (approval.status !== "open") throw conflict(overSentence(approval));
    const fault = decideFault(parties(approval), session.userId);
    if (fault) throw forbidden(fault);
    if (approval.fingerprint !== fingerprint) {
      throw conflict("This is not the copy that you saw. Reload the page and look at it again.");
    }
    if (approve) await mustHold(ctx, tx, approval, campaign);
    if (!(await db.decideApproval(tx, tenantId, { id, by: session.userId, approve, comment }))) {
      throw conflict("This request was decided already. Reload the page to see it.");
    }
    await auditCampaign(tx, ctx, approve ? "approval.approve" : "approval.return", campaignId, {
      ...{ approvalId: id, fingerprint, comment, askedBy: approval.askedBy.id },
    });
    if (approve && approval.launchAt) {
      await scheduleCampaign(tx, tenantId, campaignId, approval.askedBy.id, approval.launchAt);
      const at = approval.launchAt.toISOString();
      await auditCampaign(tx, ctx, "campaign.schedule", campaignId, { at, approvalId: id });
    }
    return { ok: true };
  });
}

/** Refuses to approve what a launch would refuse. */
async function mustHold(
  ctx: Context,
  tx: TenantTransaction,
  approval: db.Approval,
  locked: CampaignState,
): Promise<void> {
  const { tenantId } = ctx;
  const { copy } = await db.readSeen(tx, tenantId, approval.id);
  const campaign = found(await findCampaign(tx, tenantId, approval.campaignId), "campaign");
  if (approval.launchAt) mustBeTime(campaign, approval.launchAt);
  const recipients = await mustBeSendable(tx, tenantId, campaign, approval.launchAt ?? new Date());
  await mustBeProvenFor(ctx, tx, recipients);
  const answer = answerLaunch({
    ...{ recipients, aloneMax: 0, now: new Date() },
    approval: { copy, recipients: approval.recipients, decidedAt: new Date() },
    copy: await copyCampaign(onTenant(tx), tenantId, locked, {
      at: copy.launchAt,
      overrideReason: copy.overrideReason,
    }),
  });
  if (answer.kind === "ask") throw unmet(answer.sentence);
}

function overSentence({ status, decidedBy }: db.Approval): string {
  if (status === "approved" || status === "returned") {
    return `${decidedBy ?? "Somebody"} decided about this request already. Reload the page to see it.`;
  }
  return "This request is over: the campaign was changed, launched or asked for again. Reload the page to see it.";
}

/** Takes a request back that waits. */
export function withdrawApproval(ctx: Context, id: string): Promise<{ ok: true }> {
  const { tenantId } = ctx;
  return ctx.inTenant(async (tx): Promise<{ ok: true }> => {
    const { campaignId, fingerprint } = found(await db.findApproval(tx, tenantId, id), "approval");
    await lockCampaign(onTenant(tx), tenantId, campaignId);
    if (!(await db.withdrawApproval(tx, tenantId, id))) {
      throw conflict("This request was decided already, or is over. Reload the page to see it.");
    }
    await auditCampaign(tx, ctx, "approval.withdraw", campaignId, { approvalId: id, fingerprint });
    return { ok: true };
  });
}
