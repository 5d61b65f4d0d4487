import { may } from "@smscrm/core/process/roles";
import { MAX_BODY_LENGTH } from "@smscrm/core/text/template";
import { findCampaign } from "@smscrm/db/campaigns/campaigns";
import type { ConversationRow, InboxCounts } from "@smscrm/db/inbox/inbox";
import * as db from "@smscrm/db/inbox/inbox";
import { markReadFor } from "@smscrm/db/inbox/team/reads";
import { forgetReplyTime } from "@smscrm/db/inbox/team/reply-times";
import type { Page } from "@smscrm/db/postgres/page";
import { readSettings } from "@smscrm/db/tenants/settings";
import type { StopProof } from "@smscrm/db/tenants/stop-proof";
import { z } from "zod";
import { cancel } from "../campaigns/cancel.ts";
import { byId, id, page, pageWithCursor, zone } from "../http/inputs.ts";
import { conversationFilter } from "../http/list-filters.ts";
import { notFound } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { readThread, type ShownMessage } from "./conversation.ts";
import { decideOptOut } from "./decide.ts";
import { type Outlook, replyOutlook } from "./outlook.ts";
import { reply } from "./reply.ts";
import { sender } from "./sender-input.ts";

const CURSOR = /^[01]\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const memberOf = ({ tenantId, session }: { tenantId: string; session: { userId: string } }): db.Member => ({
  tenantId,
  userId: session.userId,
});

export interface Correspondence {
  phone: string;
  contactId: string | null;
  contactName: string | null;
  /** When they last wrote, not counting opt-outs. */
  wroteAt: Date | null;
  /** What would happen to a reply now; null if this number is not a contact yet. */
  outlook: Outlook | null;
}

export const inbox = router({
  /** For the menu: how many conversations wait for a member. */
  counts: allowed("inbox.read").query(
    ({ ctx }): Promise<InboxCounts> => ctx.inTenant((tx) => db.countInbox(tx, memberOf(ctx))),
  ),

  list: allowed("inbox.read")
    .input(pageWithCursor(CURSOR).extend(conversationFilter))
    .query(
      ({ ctx, input }): Promise<Page<ConversationRow>> =>
        ctx.inTenant((tx) => db.listConversations(tx, memberOf(ctx), input)),
    ),

  /** Returns the contact of a conversation, and whether a reply would be sent. */
  correspondence: allowed("inbox.read")
    .input(z.object({ phone: sender, viewerZone: zone.optional() }))
    .query(({ ctx, input: { phone, viewerZone } }) =>
      ctx.inTenant(async (tx): Promise<Correspondence> => {
        const settings = await readSettings(tx, ctx.tenantId);
        const person = await db.findCorrespondent(tx, ctx.tenantId, phone);
        const viewer = viewerZone ?? settings.timezone;
        const outlook = await replyOutlook(tx, ctx.tenantId, settings, person, viewer);
        return { phone, ...person, outlook };
      }),
    ),

  turns: allowed("inbox.read")
    .input(page.extend({ phone: sender, viewerZone: zone.optional() }))
    .query(({ ctx, input: { phone, viewerZone, ...request } }) =>
      ctx.inTenant(async (tx): Promise<Page<ShownMessage>> => {
        const { timezone } = await readSettings(tx, ctx.tenantId);
        const { contactId, contactName } = await db.findCorrespondent(tx, ctx.tenantId, phone);
        const reader = { contactId, contactName, zones: [], viewerZone: viewerZone ?? timezone };
        return readThread(tx, ctx.tenantId, phone, request, reader);
      }),
    ),

  reply: allowed("messages.reply")
    .input(
      z.object({
        id,
        phone: sender,
        body: z
          .string()
          .max(MAX_BODY_LENGTH, "Shorten the reply to at most 1,600 characters.")
          .refine((body) => body.trim() !== "", "Write a reply."),
        seenUpTo: id.optional(),
      }),
    )
    .mutation(({ ctx, input }) => reply(ctx, input)),

  /** Takes a reply back that was not handed over. Campaigns are canceled on their page, by who may. */
  cancelReply: allowed("messages.reply")
    .input(byId)
    .mutation(async ({ ctx, input }): Promise<StopProof> => {
      const campaign = await ctx.inTenant((tx) => findCampaign(tx, ctx.tenantId, input.id));
      if (campaign?.kind !== "reply") throw notFound("reply");
      const proof = await cancel(ctx, input.id);
      await ctx.inTenant((tx) => forgetReplyTime(tx, ctx.tenantId, input.id));
      return proof;
    }),

  /** Marks a conversation as read, for this member alone: others still see it as unread. */
  markRead: allowed("inbox.read")
    .input(z.object({ phone: sender, upToId: id }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        await markReadFor(tx, memberOf(ctx), input.phone, input.upToId);
        if (may(ctx.session, "messages.reply"))
          await db.markRead(tx, ctx.tenantId, input.phone, input.upToId);
        return { ok: true };
      }),
    ),

  decide: allowed("doNotContact.add")
    .input(
      z.object({
        id,
        /** `preference`: they refuse some texts and keep the rest; `refuses` says which. */
        decision: z.enum(["opted-out", "dismissed", "preference"]),
        refuses: z
          .array(
            z.object({
              purpose: z.enum(["marketing", "transactional", "service"]),
              topic: z.string().trim().min(1).max(40).nullish(),
            }),
          )
          .max(20)
          .default([]),
      }),
    )
    .mutation(({ ctx, input }) => decideOptOut(ctx, input)),
});
