import { checkTemplate } from "@smscrm/core/campaigns/campaign";
import { MAX_BODY_LENGTH } from "@smscrm/core/text/template";
import { recordAudit } from "@smscrm/db/audit/audit";
import { customFieldNames } from "@smscrm/db/contacts/fields";
import * as db from "@smscrm/db/inbox/team/saved-replies";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { z } from "zod";
import { id } from "../http/inputs.ts";
import { badRequest, conflict, found, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { changedBy } from "./changed-by.ts";

const text = {
  name: z
    .string()
    .trim()
    .min(1, "Give the saved reply a name.")
    .max(80, "Use at most 80 characters for the name.")
    .regex(/^\P{Cc}+$/u, "Use one line of text for the name."),
  body: z
    .string()
    .max(MAX_BODY_LENGTH, "Shorten the reply to at most 1,600 characters.")
    .refine((body) => body.trim() !== "", "Write a reply."),
};

/** Texts that members put into replies. What is sent is the member's reply: a later change changes no message. */
export const savedReplies = router({
  list: allowed("inbox.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({ replies: await db.listSavedReplies(tx, ctx.tenantId) })),
  ),

  create: allowed("messages.reply")
    .input(z.strictObject(text))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        await refuseFaults(tx, ctx.tenantId, input.body);
        const made = await db.insertSavedReply(tx, ctx.tenantId, ctx.session.userId, input);
        if (!made.ok && made.why === "too-many")
          throw unmet(`You have ${db.SAVED_REPLIES_MAX} saved replies. Remove one to add another.`);
        if (!made.ok) throw conflict(NAME_TAKEN);
        await audit(tx, ctx, "saved-reply.add", made.id, { name: input.name });
        return { id: made.id };
      }),
    ),

  /** `version`: the one that the member changed. */
  update: allowed("messages.reply")
    .input(z.strictObject({ ...text, id, version: z.int().min(1) }))
    .mutation(({ ctx, input: { version: seenVersion, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ version: number }> => {
        await refuseFaults(tx, ctx.tenantId, input.body);
        const before = found(await db.findSavedReply(tx, ctx.tenantId, input.id), "saved reply");
        const change = { ...input, seenVersion };
        const saved = await db.updateSavedReply(tx, ctx.tenantId, ctx.session.userId, change);
        if (!saved.ok)
          throw conflict(
            saved.why === "name-taken" ? NAME_TAKEN : changedBy(before.updatedBy, "this saved reply"),
          );
        await audit(tx, ctx, "saved-reply.change", input.id, { name: input.name, was: before.name });
        return { version: saved.version };
      }),
    ),

  remove: allowed("messages.reply")
    .input(z.strictObject({ id }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const { name } = found(await db.findSavedReply(tx, ctx.tenantId, input.id), "saved reply");
        found((await db.deleteSavedReply(tx, ctx.tenantId, input.id)) || null, "saved reply");
        await audit(tx, ctx, "saved-reply.remove", input.id, { name });
        return { ok: true };
      }),
    ),
});

const NAME_TAKEN = "Another saved reply has this name. Choose another name.";

/** A merge field that no contact has would reach the person as it stands. */
async function refuseFaults(tx: TenantTransaction, tenantId: string, body: string): Promise<void> {
  const [fault] = checkTemplate(body, await customFieldNames(tx, tenantId)).errors;
  if (fault) throw badRequest(fault);
}

const audit = (
  tx: TenantTransaction,
  { tenantId, session }: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
) =>
  recordAudit(tx, {
    ...{ tenantId, actorId: session.userId },
    ...{ action, objectKind: "saved reply", objectId, detail },
  });
