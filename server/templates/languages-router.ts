import { languageInput } from "@smscrm/core/campaigns/texts/languages-input";
import type { LanguageSettings } from "@smscrm/core/text/language";
import { recordAudit } from "@smscrm/db/audit/audit";
import { listFields } from "@smscrm/db/contacts/fields";
import * as db from "@smscrm/db/tenants/languages";
import { z } from "zod";
import { country } from "../http/inputs.ts";
import { badRequest } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";

/** Where contacts' languages come from, and the fields that may say it. */
export interface LanguagesPage extends LanguageSettings {
  fields: { name: string; label: string }[];
}

const COUNTRIES_MAX = 250;

/** Where a contact's language comes from: a custom field, and for those whose field is blank their number's country. */
export const languages = router({
  get: allowed("campaigns.read").query(({ ctx }) =>
    ctx.inTenant(async (tx): Promise<LanguagesPage> => {
      const fields = await listFields(tx, ctx.tenantId);
      return {
        ...(await db.readLanguages(tx, ctx.tenantId)),
        fields: fields.map(({ name, label }) => ({ name, label })),
      };
    }),
  ),

  update: allowed("settings.write")
    .input(
      z.strictObject({
        field: z.string().min(1).max(64).nullable(),
        byCountry: z
          .record(
            country,
            languageInput.refine((tag) => tag !== "", "Choose a language."),
          )
          .refine((all) => Object.keys(all).length <= COUNTRIES_MAX, "Use at most 250 countries."),
      }),
    )
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const before = await db.lockLanguages(tx, ctx.tenantId);
        const known = await listFields(tx, ctx.tenantId);
        if (input.field !== null && !known.some(({ name }) => name === input.field))
          throw badRequest("There is no such field. Choose another, or add it under Contacts → Fields.");
        await db.saveLanguages(tx, ctx.tenantId, input);
        await recordAudit(tx, {
          ...{ tenantId: ctx.tenantId, actorId: ctx.session.userId, action: "settings.languages" },
          ...{ objectKind: "tenant", objectId: ctx.tenantId },
          detail: { before, after: input },
        });
        return { ok: true };
      }),
    ),
});
