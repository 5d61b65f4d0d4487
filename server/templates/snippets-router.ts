import { checkTemplate } from "@smscrm/core/campaigns/campaign";
import { languageInput } from "@smscrm/core/campaigns/texts/languages-input";
import { OPT_OUT_SENTENCES, OPT_OUT_SNIPPET } from "@smscrm/core/campaigns/texts/opt-out-sentences";
import { isSnippetName, SNIPPET_BODY_MAX, snippetName, snippetNames } from "@smscrm/core/text/snippets";
import { recordAudit } from "@smscrm/db/audit/audit";
import { customFieldNames } from "@smscrm/db/contacts/fields";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import * as db from "@smscrm/db/templates/snippets";
import { z } from "zod";
import { auditEnded } from "../campaigns/audit.ts";
import { byId, country, id } from "../http/inputs.ts";
import { badRequest, conflict, found, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { mustBeMember, ownerInput } from "./owner.ts";

const VARIANTS_MAX = 60;

const text = z.strictObject({
  country: country.or(z.literal("")),
  language: languageInput,
  body: z
    .string()
    .max(SNIPPET_BODY_MAX, `Use at most ${SNIPPET_BODY_MAX} characters for a snippet.`)
    .refine((body) => body.trim() !== "", "Write the text of each row, or remove the row."),
});

const texts = z
  .array(text)
  .min(1, "Write the text for everyone.")
  .max(VARIANTS_MAX, `Use at most ${VARIANTS_MAX} texts.`)
  .refine(
    (all) => all.some((one) => one.country === "" && one.language === ""),
    "Write the text for everyone: it is used where no other fits.",
  )
  .refine(
    (all) => new Set(all.map((one) => `${one.country} ${one.language}`)).size === all.length,
    "Two texts are for the same country and language. Remove one.",
  );

const name = z
  .string()
  .max(80)
  .transform(snippetName)
  .refine(isSnippetName, "Use letters a to z, digits and underscores for the name, such as opt_out.");

/** A snippet, and what contains it. */
export interface SnippetPage extends db.Snippet {
  uses: db.SnippetUse[];
}

/** Named texts that templates and campaigns contain. A launch keeps them as they are then. */
export const snippets = router({
  list: allowed("campaigns.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({
      snippets: await db.listSnippets(tx, ctx.tenantId),
      /** The shipped sentences that a new snippet can begin with. */
      shipped: { name: OPT_OUT_SNIPPET, texts: OPT_OUT_SENTENCES },
    })),
  ),

  get: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<SnippetPage> => {
        const snippet = found(await db.findSnippet(tx, ctx.tenantId, input.id), "snippet");
        return { ...snippet, uses: await db.snippetUses(tx, ctx.tenantId, snippet.name) };
      }),
    ),

  create: allowed("campaigns.write")
    .input(z.strictObject({ name, texts }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        await mustBeSound(tx, ctx.tenantId, input.texts);
        const made = await db.insertSnippet(tx, ctx.tenantId, ctx.session.userId, input);
        if (!made.ok && made.why === "too-many")
          throw unmet(`You have ${db.SNIPPETS_MAX} snippets. Remove one to add another.`);
        if (!made.ok) throw conflict("Another snippet has this name. Choose another name.");
        await audit(tx, ctx, "snippet.add", made.id, { name: input.name });
        return { id: made.id };
      }),
    ),

  /** Saves the next version. `version`: the one that the person changed. */
  update: allowed("campaigns.write")
    .input(z.strictObject({ id, texts, version: z.int().min(1) }))
    .mutation(({ ctx, input: { version: seenVersion, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ version: number }> => {
        const before = found(await db.findSnippet(tx, ctx.tenantId, input.id), "snippet");
        await mustBeSound(tx, ctx.tenantId, input.texts);
        const saved = await db.saveSnippet(tx, ctx.tenantId, ctx.session.userId, { ...input, seenVersion });
        if (!saved.ok) throw conflict(changedBy(before.updatedBy));
        const { version, ended } = saved;
        const detail = { name: before.name, version, before: before.texts, after: input.texts };
        await audit(tx, ctx, "snippet.change", input.id, detail);
        for (const campaignId of ended) await auditEnded(tx, ctx, campaignId);
        return { version };
      }),
    ),

  setOwner: allowed("campaigns.write")
    .input(ownerInput)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const { owner, name: called } = found(await db.findSnippet(tx, ctx.tenantId, input.id), "snippet");
        const next = await mustBeMember(tx, ctx.tenantId, input.userId);
        await db.changeOwner(tx, ctx.tenantId, "snippets", input);
        await audit(tx, ctx, "snippet.owner", input.id, { name: called, was: owner, owner: next });
        return { ok: true };
      }),
    ),

  /** Refused while something that may still be sent contains it. */
  remove: allowed("campaigns.write")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const snippet = found(await db.findSnippet(tx, ctx.tenantId, input.id), "snippet");
        const removed = await db.removeSnippet(tx, ctx.tenantId, input.id);
        if (!removed.ok)
          throw conflict(
            `${namesOf(removed.uses)} contain {{snippet:${snippet.name}}}. Take it out there first.`,
          );
        await audit(tx, ctx, "snippet.remove", input.id, { name: snippet.name, texts: snippet.texts });
        return { ok: true };
      }),
    ),
});

/** Refuses a text with another snippet, or with a field that no contact has. */
async function mustBeSound(
  tx: TenantTransaction,
  tenantId: string,
  all: readonly { body: string }[],
): Promise<void> {
  const fields = await customFieldNames(tx, tenantId);
  for (const { body } of all) {
    if (snippetNames(body).length > 0)
      throw badRequest("A snippet can't contain another snippet. Write its text here.");
    const [fault] = checkTemplate(body, fields).errors;
    if (fault) throw badRequest(fault);
  }
}

const SHOWN = 3;

function namesOf(uses: readonly db.SnippetUse[]): string {
  const shown = uses.slice(0, SHOWN).map((use) => `The ${use.kind} “${use.name}”`);
  return shown.join(", ") + (uses.length > SHOWN ? ` and ${uses.length - SHOWN} more` : "");
}

const changedBy = (who: string | null) =>
  `${who ?? "Someone else"} changed this snippet while you edited it. Reload to see their version, then make your change again.`;

const audit = (
  tx: TenantTransaction,
  { tenantId, session }: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
) =>
  recordAudit(tx, {
    ...{ tenantId, actorId: session.userId },
    ...{ action, objectKind: "snippet", objectId, detail },
  });
