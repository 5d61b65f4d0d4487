import { normalisePhone } from "@smscrm/core/phone";
import { recordAudit } from "@smscrm/db/audit";
import * as db from "@smscrm/db/do-not-contact";
import { z } from "zod";
import { moment, note, pageWithCursor, rawPhone, search } from "../inputs.ts";
import { badRequest, notFound } from "../refusals.ts";
import { allowed, router } from "../trpc.ts";

const CURSOR = /^\d{1,12}(\.\d{1,6})?\|\+[1-9]\d{6,14}$/;
const entry = z.object({ phone: rawPhone, note });

export const doNotContact = router({
  list: allowed("doNotContact.read")
    .input(pageWithCursor(CURSOR).extend({ search: search.optional(), since: moment.optional() }))
    .query(({ ctx, input }) => ctx.inTenant((tx) => db.listDoNotContact(tx, ctx.tenantId, input))),

  add: allowed("doNotContact.add")
    .input(entry)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ phone: string; added: boolean }> => {
        const phoneE164 = e164(input.phone, ctx.session.tenant.country);
        const createdBy = ctx.session.userId;
        const added = await db.addDoNotContact(tx, ctx.tenantId, { phoneE164, note: input.note, createdBy });
        if (added) await recordAudit(tx, audit(ctx, "do-not-contact.add", phoneE164, { note: input.note }));
        return { phone: phoneE164, added };
      }),
    ),

  remove: allowed("doNotContact.remove")
    .input(entry)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ phone: string }> => {
        const phoneE164 = e164(input.phone, ctx.session.tenant.country);
        const removed = await db.removeDoNotContact(tx, ctx.tenantId, phoneE164);
        if (!removed) throw notFound("number on the do-not-contact list");
        const detail = { note: input.note, was: removed };
        await recordAudit(tx, audit(ctx, "do-not-contact.remove", phoneE164, detail));
        return { phone: phoneE164 };
      }),
    ),
});

/** Any number that can be dialled may be on the list, a landline too: it must only be written as E.164. */
function e164(raw: string, country: string): string {
  const phone = normalisePhone(raw, country);
  if (phone.ok) return phone.e164;
  const digits = raw.replace(/[\s().-]/g, "");
  // Somebody already on the list may have a number that no longer exists: it must still be possible to name it.
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return digits;
  throw badRequest("This is not a phone number. Enter it with its country code, such as +61 491 570 006.");
}

const audit = (
  ctx: { tenantId: string; session: { userId: string } },
  action: string,
  phone: string,
  detail: Record<string, unknown>,
) => ({
  tenantId: ctx.tenantId,
  actorId: ctx.session.userId,
  action,
  objectKind: "phone",
  objectId: phone,
  detail,
});
