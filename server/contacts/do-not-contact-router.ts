import { normalisePhone } from "@smscrm/core/contacts/phone";
import { keptForm } from "@smscrm/core/contacts/phone-forms";
import { recordAudit } from "@smscrm/db/audit/audit";
import * as db from "@smscrm/db/contacts/do-not-contact";
import { refusesErased } from "@smscrm/db/privacy/erased-numbers";
import { z } from "zod";
import { note, pageWithCursor, rawPhone } from "../http/inputs.ts";
import { doNotContactFilter } from "../http/list-filters.ts";
import { badRequest, notFound } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";

const CURSOR = /^\d{1,12}(\.\d{1,6})?\|\+[1-9]\d{6,14}$/;
const entry = z.object({ phone: rawPhone, note });

export const doNotContact = router({
  list: allowed("doNotContact.read")
    .input(pageWithCursor(CURSOR).extend(doNotContactFilter))
    .query(({ ctx, input }) => ctx.inTenant((tx) => db.listDoNotContact(tx, ctx.tenantId, input))),

  add: allowed("doNotContact.add")
    .input(entry)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ phone: string; added: boolean }> => {
        const phoneE164 = e164(input.phone, ctx.session.tenant.country);
        const createdBy = ctx.session.userId;
        const { note } = input;
        // An erased person gets nothing anyway, and their number is not stored again.
        if (await refusesErased(tx, ctx.tenantId, phoneE164)) return { phone: phoneE164, added: false };
        const outcome = await db.addDoNotContact(tx, ctx.tenantId, { phoneE164, note, createdBy });
        if (outcome !== "listed")
          await recordAudit(tx, audit(ctx, "do-not-contact.add", phoneE164, { note }));
        return { phone: phoneE164, added: outcome === "added" };
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

/** Parses a number for the list. Any number may be on it, a landline too, if it can be written as E.164. */
function e164(raw: string, country: string): string {
  const phone = normalisePhone(raw, country);
  if (phone.ok) return keptForm(phone.e164);
  const digits = raw.replace(/[\s()-]/g, "");
  // A number that no longer exists may be on the list already, so it must be accepted. An ambiguous number is
  // refused.
  const isGuess = phone.reason === "Ambiguous" || phone.reason === "Spreadsheet damage";
  if (!isGuess && /^\+[1-9]\d{6,14}$/.test(digits)) return keptForm(digits);
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
