import { may } from "@smscrm/core/process/roles";
import { recordAudit } from "@smscrm/db/audit/audit";
import * as db from "@smscrm/db/inbox/team";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { listPeople } from "@smscrm/db/users/members";
import { z } from "zod";
import { id } from "../http/inputs.ts";
import { badRequest, notFound } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { sender } from "./sender-input.ts";

const ASSIGNEES_MAX = 500;

/** How a team shares the inbox: who takes care of a conversation, whether it waits, and notes that are never sent. */
export const inboxTeam = router({
  /** The members who can be given a conversation: those who may reply. */
  assignees: allowed("inbox.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => (await assignees(tx, ctx.tenantId)).slice(0, ASSIGNEES_MAX)),
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
        if (userId !== null && !(await assignees(tx, ctx.tenantId)).some((member) => member.id === userId))
          throw badRequest("Only a member who may reply can take care of a conversation. Choose another.");
        if (!(await db.assignConversation(tx, ctx.tenantId, phone, userId))) throw notFound("conversation");
        await note(tx, ctx, "conversation.assign", phone, { assigneeId: userId });
        return { ok: true };
      }),
    ),

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
        await note(tx, ctx, "conversation.note", phone);
        return { id: added };
      }),
    ),
});

async function assignees(tx: TenantTransaction, tenantId: string) {
  const people = await listPeople(tx, tenantId);
  return people
    .filter((person) => may(person, "messages.reply"))
    .map(({ userId, name }) => ({ id: userId, name }));
}

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
