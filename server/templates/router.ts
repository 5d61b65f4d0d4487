import {
  languageInput,
  languagesProblem,
  languageTextsInput,
} from "@smscrm/core/campaigns/texts/languages-input";
import { MAX_BODY_LENGTH } from "@smscrm/core/text/template";
import { recordAudit } from "@smscrm/db/audit/audit";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { changeOwner } from "@smscrm/db/templates/snippets";
import * as db from "@smscrm/db/templates/templates";
import { listPeople } from "@smscrm/db/users/members";
import { z } from "zod";
import { byId, id } from "../http/inputs.ts";
import { badRequest, conflict, found, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { mustBeMember, ownerInput } from "./owner.ts";

const text = {
  name: z
    .string()
    .trim()
    .min(1, "Give the template a name.")
    .max(80, "Use at most 80 characters for the name.")
    .regex(/^\P{Cc}+$/u, "Use one line of text for the name."),
  body: z
    .string()
    .max(MAX_BODY_LENGTH, "Shorten the message to at most 1,600 characters.")
    .refine((body) => body.trim() !== "", "Write a message."),
  /** The language of the body, as a tag; empty: not said. */
  language: languageInput.default(""),
  /** The texts in other languages. */
  texts: languageTextsInput.default([]),
  smartEncoding: z.boolean(),
};

function mustBeLanguages({ language, texts }: { language: string; texts: readonly { language: string }[] }) {
  const problem = languagesProblem(language, texts);
  if (problem) throw badRequest(problem);
}

/** A template with its versions, and the campaigns that began with it. */
export interface TemplatePage extends db.Template {
  versions: db.TemplateVersion[];
  uses: db.TemplateUse[];
}

/** Saved texts. A campaign copies one, so that a later version changes no campaign. */
export const templates = router({
  list: allowed("campaigns.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({ templates: await db.listTemplates(tx, ctx.tenantId) })),
  ),

  get: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(
        async (tx): Promise<TemplatePage> => ({
          ...found(await db.findTemplate(tx, ctx.tenantId, input.id), "template"),
          versions: await db.listTemplateVersions(tx, ctx.tenantId, input.id),
          uses: await db.templateUses(tx, ctx.tenantId, input.id),
        }),
      ),
    ),

  create: allowed("campaigns.write")
    .input(z.strictObject(text))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        mustBeLanguages(input);
        const made = await db.insertTemplate(tx, ctx.tenantId, ctx.session.userId, input);
        if (!made.ok && made.why === "too-many") {
          throw unmet(`You have ${db.TEMPLATES_MAX} templates. Remove one to add another.`);
        }
        if (!made.ok) throw conflict(NAME_TAKEN);
        await audit(tx, ctx, "template.add", made.id, { name: input.name });
        return { id: made.id };
      }),
    ),

  /** Saves the next version. `version`: the one that the person changed. */
  update: allowed("campaigns.write")
    .input(z.strictObject({ ...text, id, version: z.int().min(1) }))
    .mutation(({ ctx, input: { version: seenVersion, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ version: number }> => {
        const before = found(await db.findTemplate(tx, ctx.tenantId, input.id), "template");
        mustBeLanguages(input);
        const saved = await db.saveTemplate(tx, ctx.tenantId, ctx.session.userId, { ...input, seenVersion });
        if (!saved.ok) throw conflict(saved.why === "name-taken" ? NAME_TAKEN : changedBy(before.updatedBy));
        const { version } = saved;
        await audit(tx, ctx, "template.change", input.id, { name: input.name, was: before.name, version });
        return { version };
      }),
    ),

  /** Gives it to another member. */
  setOwner: allowed("campaigns.write")
    .input(ownerInput)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const { owner, name } = found(await db.findTemplate(tx, ctx.tenantId, input.id), "template");
        const next = await mustBeMember(tx, ctx.tenantId, input.userId);
        await changeOwner(tx, ctx.tenantId, "templates", input);
        await audit(tx, ctx, "template.owner", input.id, { name, was: owner, owner: next });
        return { ok: true };
      }),
    ),

  /** Who can own a template or a snippet. */
  members: allowed("campaigns.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) =>
      (await listPeople(tx, ctx.tenantId)).map(({ userId, name }) => ({ id: userId, name })),
    ),
  ),

  remove: allowed("campaigns.write")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const { name } = found(await db.findTemplate(tx, ctx.tenantId, input.id), "template");
        found((await db.removeTemplate(tx, ctx.tenantId, input.id)) || null, "template");
        await audit(tx, ctx, "template.remove", input.id, { name });
        return { ok: true };
      }),
    ),
});

const NAME_TAKEN = "Another template has this name. Choose another name.";
const changedBy = (who: string | null) =>
  `${who ?? "Someone else"} changed this template while you edited it. Reload to see their version, then make your change again.`;

const audit = (
  tx: TenantTransaction,
  { tenantId, session }: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
) =>
  recordAudit(tx, {
    ...{ tenantId, actorId: session.userId },
    ...{ action, objectKind: "template", objectId, detail },
  });
