import { launchAloneMax } from "@smscrm/core/campaigns/approval";
import { may } from "@smscrm/core/process/roles";
import * as db from "@smscrm/db/campaigns/approvals";
import { onTenant, readLaunchRights } from "@smscrm/db/campaigns/launch-copy";
import { z } from "zod";
import { byId, id, moment, optionalText } from "../../http/inputs.ts";
import { badRequest } from "../../http/refusals.ts";
import { allowed, router } from "../../trpc.ts";
import { askApproval, decideApproval, readApprovalPage, withdrawApproval } from "./approvals.ts";
import { type ListedApproval, listed, readWaitingApprovals } from "./waiting-approvals.ts";

const COMMENT_MAX = 1_000;

export const approvals = router({
  /** Returns the requests that wait, hold or came back, newest first; at most a hundred. */
  list: allowed("campaigns.read").query(({ ctx }) =>
    ctx.inTenant(async (tx): Promise<ListedApproval[]> => {
      const all = await db.listCurrentApprovals(tx, ctx.tenantId);
      return all.map(listed(ctx));
    }),
  ),

  waiting: allowed("campaigns.read").query(({ ctx }) => ctx.inTenant((tx) => readWaitingApprovals(tx, ctx))),

  get: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) => ctx.inTenant((tx) => readApprovalPage(tx, ctx, input.id))),

  /** Returns how many recipients this member may launch to alone, and the newest request about a campaign. */
  ofCampaign: allowed("campaigns.read")
    .input(z.object({ campaignId: id }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ aloneMax: number | null; newest: ListedApproval | null }> => {
        const { limits } = await readLaunchRights(onTenant(tx), ctx.tenantId, ctx.session.userId);
        const newest = await db.newestApproval(tx, ctx.tenantId, input.campaignId);
        return { aloneMax: launchAloneMax(ctx.session, limits), newest: newest && listed(ctx)(newest) };
      }),
    ),

  ask: allowed("campaigns.launch")
    .input(
      z.object({
        campaignId: id,
        /** When it launches once it is approved; absent: somebody launches it by hand. */
        at: moment.optional(),
        quietHoursOverrideReason: z.string().trim().max(500).optional(),
        note: optionalText(COMMENT_MAX),
      }),
    )
    .mutation(({ ctx, input, signal }) => {
      const overrideReason = input.quietHoursOverrideReason || null;
      if (input.at && overrideReason) {
        throw badRequest("Quiet hours can be overridden only for a launch by hand. Leave out the time.");
      }
      return askApproval(
        ctx,
        { campaignId: input.campaignId, at: input.at ?? null, overrideReason, note: input.note ?? null },
        { mayOverride: may(ctx.session, "quietHours.override"), carrier: ctx.dependencies.carrier },
        signal,
      );
    }),

  approve: allowed("campaigns.approve")
    .input(byId.extend({ fingerprint: z.string().length(64), comment: optionalText(COMMENT_MAX) }))
    .mutation(({ ctx, input: { comment = null, ...input } }) =>
      decideApproval(ctx, { ...input, comment, approve: true }),
    ),

  return: allowed("campaigns.approve")
    .input(
      byId.extend({
        fingerprint: z.string().length(64),
        comment: z.string().trim().min(3, "Say what to change, in a few words.").max(COMMENT_MAX),
      }),
    )
    .mutation(({ ctx, input }) => decideApproval(ctx, { ...input, approve: false })),

  withdraw: allowed("campaigns.launch")
    .input(byId)
    .mutation(({ ctx, input }) => withdrawApproval(ctx, input.id)),
});
