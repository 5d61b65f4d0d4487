import { conversationTag, TAGS_MAX } from "@smscrm/core/inbox/conversation-tag";
import { mentionedIn } from "@smscrm/core/inbox/mentions";
import { readSnooze } from "@smscrm/core/inbox/snooze";
import { recordAudit } from "@smscrm/db/audit/audit";
import * as db from "@smscrm/db/inbox/team";
import { insertMentions } from "@smscrm/db/inbox/team/reads";
import { snoozeConversation } from "@smscrm/db/inbox/team/snooze";
import { listConversationTags, setConversationTag, tagsOf } from "@smscrm/db/inbox/team/tags";
import { assignTeam, findTeam } from "@smscrm/db/inbox/team/teams";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { readSettings } from "@smscrm/db/tenants/settings";
import { z } from "zod";
import { id } from "../http/inputs.ts";
import { badRequest, conflict, found, notFound } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { assigneesOf } from "./assignees.ts";
import { sender } from "./sender-input.ts";

const ASSIGNEES_MAX = 500;

/** How a team shares the inbox: who takes care of a conversation, whether it waits, and notes that are never sent. */
export const inboxTeam = router({
  /** The members who can be given a conversation: those who may reply. */
  assignees: allowed("inbox.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => (await assigneesOf(tx, ctx.tenantId)).slice(0, ASSIGNEES_MAX)),
  ),

  state: allowed("inbox.read")
    .input(z.strictObject({ phone: sender }))
    .query(({ ctx, input: { phone } }) =>
      ctx.inTenant((tx) => db.findConversationState(tx, ctx.tenantId, phone)),
    ),

  assign: allowed("messages.reply")
    .input(z.strictObject({ phone: sender, userId: id.nullable() }))
    .mutation(({ ctx, input: { phone, userId } }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        if (userId !== null && !(await assigneesOf(tx, ctx.tenantId)).some((member) => member.id === userId))
          throw badRequest("Only a member who may reply can take care of a conversation. Choose another.");
        if (!(await db.assignConversation(tx, ctx.tenantId, phone, userId))) throw notFound("conversation");
        await note(tx, ctx, "conversation.assign", phone, { assigneeId: userId });
        return { ok: true };
      }),
    ),

  assignTeam: allowed("messages.reply")
    .input(z.strictObject({ phone: sender, teamId: id.nullable() }))
    .mutation(({ ctx, input: { phone, teamId } }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        if (teamId !== null) found(await findTeam(tx, ctx.tenantId, teamId), "team");
        if (!(await assignTeam(tx, ctx.tenantId, phone, teamId))) throw notFound("conversation");
        await note(tx, ctx, "conversation.team", phone, { teamId });
        return { ok: true };
      }),
    ),

  /**
   * Snoozes a conversation until a time on the organisation's clock ("2026-12-01T09:00"). It comes back open and unread then,
   * or when the person writes. `upToId`: the newest message that the member has seen.
   */
  snooze: allowed("messages.reply")
    .input(z.strictObject({ phone: sender, until: z.string().max(20), upToId: id }))
    .mutation(({ ctx, input: { phone, until: local, upToId } }) =>
      ctx.inTenant(async (tx): Promise<{ until: Date }> => {
        const { timezone } = await readSettings(tx, ctx.tenantId);
        const read = readSnooze(local, timezone, new Date());
        if (!read.ok) throw badRequest(read.fault);
        const { until } = read;
        const outcome = await snoozeConversation(tx, ctx.tenantId, phone, { until, seenUpTo: upToId });
        if (outcome === null) throw notFound("conversation");
        if (outcome === "newer-message")
          throw conflict("A new message has just arrived. Read it, then snooze the conversation.");
        await note(tx, ctx, "conversation.snooze", phone, { until: until.toISOString() });
        return { until };
      }),
    ),

  /** The tags that conversations have. */
  tags: allowed("inbox.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({ tags: await listConversationTags(tx, ctx.tenantId) })),
  ),

  setTag: allowed("messages.reply")
    .input(z.strictObject({ phone: sender, tag: conversationTag, isOn: z.boolean() }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ tags: string[] }> => {
        if (!(await db.findConversationState(tx, ctx.tenantId, input.phone))) throw notFound("conversation");
        const changed = await setConversationTag(tx, ctx.tenantId, { ...input, max: TAGS_MAX });
        const tags = await tagsOf(tx, ctx.tenantId, input.phone);
        if (input.isOn && !tags.includes(input.tag))
          throw badRequest(`A conversation has at most ${TAGS_MAX} tags. Remove one to add another.`);
        if (changed)
          await note(tx, ctx, input.isOn ? "conversation.tag" : "conversation.untag", input.phone, {
            tag: input.tag,
          });
        return { tags };
      }),
    ),

  /** Tells colleagues that this member writes a reply, for a few seconds, or has stopped. Nothing is stored. */
  typing: allowed("messages.reply")
    .input(z.strictObject({ phone: sender, isTyping: z.boolean() }))
    .mutation(({ ctx, input: { phone, isTyping } }): { ok: true } => {
      const { userId, name } = ctx.session;
      ctx.typing.note(ctx.tenantId, { phone, userId, name }, isTyping);
      return { ok: true };
    }),

  /** Who is writing a reply to whom, for a page without a live stream. */
  typists: allowed("inbox.read").query(({ ctx }) => ctx.typing.of(ctx.tenantId)),

  /** `upToId`: the newest message that the member has seen. One that came since leaves it open. */
  close: allowed("messages.reply")
    .input(z.strictObject({ phone: sender, upToId: id }))
    .mutation(({ ctx, input: { phone, upToId } }) =>
      ctx.inTenant(async (tx): Promise<{ isOpen: boolean }> => {
        if (!(await db.closeConversation(tx, ctx.tenantId, phone, upToId))) throw notFound("conversation");
        await note(tx, ctx, "conversation.close", phone);
        return { isOpen: (await db.findConversationState(tx, ctx.tenantId, phone))!.isOpen };
      }),
    ),

  reopen: allowed("messages.reply")
    .input(z.strictObject({ phone: sender }))
    .mutation(({ ctx, input: { phone } }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        if (!(await db.closeConversation(tx, ctx.tenantId, phone, null))) throw notFound("conversation");
        await note(tx, ctx, "conversation.reopen", phone);
        return { ok: true };
      }),
    ),

  addNote: allowed("messages.reply")
    .input(
      z.strictObject({
        phone: sender,
        body: z
          .string()
          .trim()
          .min(1, "Write a note.")
          .max(2_000, "Shorten the note to at most 2,000 characters."),
      }),
    )
    .mutation(({ ctx, input: { phone, body } }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        if (!(await db.isKnownPerson(tx, ctx.tenantId, phone))) throw notFound("contact or conversation");
        const added = await db.addNote(
          tx,
          { tenantId: ctx.tenantId, userId: ctx.session.userId },
          phone,
          body,
        );
        const mentioned = mentionedIn(body, await assigneesOf(tx, ctx.tenantId));
        const userIds = mentioned.filter((userId) => userId !== ctx.session.userId);
        await insertMentions(tx, ctx.tenantId, { noteId: added, phone, userIds });
        await note(tx, ctx, "conversation.note", phone);
        return { id: added };
      }),
    ),
});

type Asking = { tenantId: string; session: { userId: string } };

/** The text of a note stays out of the log, which nobody can change. */
const note = (
  tx: TenantTransaction,
  { tenantId, session }: Asking,
  action: string,
  phone: string,
  detail: Record<string, unknown> = {},
) =>
  recordAudit(tx, {
    ...{ tenantId, actorId: session.userId, action, objectKind: "phone", objectId: phone, detail },
  });
