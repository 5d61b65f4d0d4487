import { type AudienceGroup, audienceGroup, fieldsOf } from "@smscrm/core/audiences/definition";
import { inlineAudiences } from "@smscrm/core/audiences/inline";
import { audiencesAround } from "@smscrm/core/audiences/uses";
import { audienceSentence } from "@smscrm/core/audiences/words";
import {
  type AudienceView,
  countAudience,
  definitionsNow,
  viewDefinition,
} from "@smscrm/db/audiences/members";
import * as db from "@smscrm/db/audiences/saved";
import { recordAudit } from "@smscrm/db/audit/audit";
import { listFields } from "@smscrm/db/contacts/fields";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { z } from "zod";
import { byId, id } from "../http/inputs.ts";
import { fileFormat } from "../http/list-file.ts";
import { badRequest, conflict, forbidden, found } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { seesMasked } from "../users/roles/masked-numbers.ts";

const draft = {
  name: z
    .string()
    .trim()
    .min(1, "Give the audience a name.")
    .max(80, "Use at most 80 characters for the name.")
    .regex(/^\P{Cc}+$/u, "Use one line of text for the name."),
  definition: audienceGroup,
};

/** Saved audiences. They choose candidates: each message still passes every gate. */
export const audiences = router({
  list: allowed("contacts.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({ audiences: await db.listAudiences(tx, ctx.tenantId) })),
  ),

  get: allowed("contacts.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => ({
        ...found(await db.findAudience(tx, ctx.tenantId, input.id), "audience"),
        versions: await db.listVersions(tx, ctx.tenantId, input.id),
      })),
    ),

  /**
   * Counts a definition and shows ten of its contacts, saved or not. `estimate`: of more than 50,000 contacts the count may
   * be an estimate, with its bounds, which is there within half a second. Without it the count is exact.
   */
  view: allowed("contacts.read")
    .input(
      z.strictObject({
        definition: audienceGroup,
        id: id.optional(),
        estimate: z.boolean().default(false),
      }),
    )
    .query(({ ctx, input }) => {
      // Conditions could be tried until they give a number or an address away.
      if (seesMasked(ctx.session))
        throw forbidden("You see numbers masked, so you can't try out conditions.");
      return ctx.inTenant(async (tx): Promise<AudienceView> => {
        const self = input.id ? await db.findAudience(tx, ctx.tenantId, input.id) : null;
        const definition = await whole(tx, ctx.tenantId, input.definition, self);
        return viewDefinition(tx, ctx.tenantId, definition, { mayEstimate: input.estimate });
      });
    }),

  count: allowed("contacts.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ contacts: number }> => {
        found(await db.findAudience(tx, ctx.tenantId, input.id), "audience");
        return { contacts: await countAudience(tx, ctx.tenantId, { kind: "saved", audienceId: input.id }) };
      }),
    ),

  create: allowed("contacts.write")
    .input(z.strictObject(draft))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        await db.lockAudiences(tx, ctx.tenantId);
        const known = await db.listAudiences(tx, ctx.tenantId);
        if (known.length >= db.AUDIENCES_MAX)
          throw badRequest(`You have ${db.AUDIENCES_MAX} audiences. Remove one to add another.`);
        await whole(tx, ctx.tenantId, input.definition, null);
        const made = await db.insertAudience(tx, ctx.tenantId, ctx.session.userId, input);
        if (!made) throw conflict(NAME_TAKEN);
        await recordAudit(
          tx,
          audit(ctx, "audience.add", made, {
            name: input.name,
            who: await inWords(tx, ctx.tenantId, input.definition),
          }),
        );
        return { id: made };
      }),
    ),

  /** Saves the next version. `version`: the one that the person changed. */
  update: allowed("contacts.write")
    .input(z.strictObject({ ...draft, id, version: z.int().min(1) }))
    .mutation(({ ctx, input: { version, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ version: number }> => {
        await db.lockAudiences(tx, ctx.tenantId);
        const before = found(await db.findAudience(tx, ctx.tenantId, input.id), "audience");
        if (before.version !== version) throw conflict(changedBy(before.updatedBy));
        await whole(tx, ctx.tenantId, input.definition, { id: input.id, name: input.name });
        const saved = await db.saveAudience(tx, ctx.tenantId, ctx.session.userId, {
          ...input,
          seenVersion: version,
        });
        if (!saved.ok) throw conflict(saved.why === "name-taken" ? NAME_TAKEN : changedBy(before.updatedBy));
        const who = await inWords(tx, ctx.tenantId, input.definition);
        const detail = { name: input.name, was: before.name, version: saved.version, who };
        await recordAudit(tx, audit(ctx, "audience.change", input.id, detail));
        return { version: saved.version };
      }),
    ),

  /** Removes an audience. Refused while another audience or a campaign that was not launched uses it. */
  remove: allowed("contacts.write")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        await db.lockAudiences(tx, ctx.tenantId);
        const { name } = found(await db.findAudience(tx, ctx.tenantId, input.id), "audience");
        const around = audiencesAround(await db.listAudiences(tx, ctx.tenantId), input.id);
        if (around.length > 0)
          throw conflict(
            `The audience ${quoted(around.map((one) => one.name))} uses this one. Change it first.`,
          );
        const waiting = await db.waitingCampaigns(tx, ctx.tenantId, input.id);
        if (waiting.length > 0)
          throw conflict(
            `The campaign ${quoted(waiting)} is for this audience. Choose another for it first.`,
          );
        await db.removeAudience(tx, ctx.tenantId, input.id);
        await recordAudit(tx, audit(ctx, "audience.remove", input.id, { name }));
        return { ok: true };
      }),
    ),

  /** Where the contacts of an audience are downloaded. A mutation, so that a proof can be asked for first. */
  export: allowed("contacts.export")
    .input(byId.extend({ format: fileFormat }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ path: string }> => {
        const { id: known } = found(await db.findAudience(tx, ctx.tenantId, input.id), "audience");
        return { path: `/audiences/${known}/contacts.${input.format}` };
      }),
    ),
});

const NAME_TAKEN = "Another audience has this name. Choose another name.";
const changedBy = (who: string | null) =>
  `${who ?? "Someone else"} changed this audience while you edited it. Reload to see their version, then make your change again.`;

const quoted = (names: readonly string[]) =>
  names
    .slice(0, 3)
    .map((name) => `“${name}”`)
    .join(", ");

/** Returns a definition as the audit log keeps it: it must say who was chosen after fields and audiences are gone. */
async function inWords(tx: TenantTransaction, tenantId: string, definition: AudienceGroup): Promise<string> {
  const fields = await listFields(tx, tenantId);
  const saved = await definitionsNow(tx, tenantId);
  const asItIs = (id: string) => id;
  return audienceSentence(definition, {
    ...{ country: asItIs, import: asItIs, campaign: asItIs },
    field: (name) => fields.find((field) => field.name === name)?.label ?? name,
    audience: (id) => saved.get(id)?.name ?? id,
  });
}

/** Returns a definition with all audiences in place, or refuses what can't be one: a circle, an unknown field. */
async function whole(
  tx: TenantTransaction,
  tenantId: string,
  definition: AudienceGroup,
  self: { id: string; name: string } | null,
): Promise<AudienceGroup> {
  const named = fieldsOf(definition);
  if (named.length > 0) {
    const known = (await listFields(tx, tenantId)).map(({ name }) => name);
    const unknown = named.find((name) => !known.includes(name));
    if (unknown !== undefined) throw badRequest(`There is no field “${unknown}”. Choose another.`);
  }
  const inlined = inlineAudiences(definition, await definitionsNow(tx, tenantId), self);
  if (!inlined.ok) throw badRequest(inlined.sentence);
  return inlined.definition;
}

const audit = (
  ctx: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
) => ({
  ...{ tenantId: ctx.tenantId, actorId: ctx.session.userId },
  ...{ action, objectKind: "audience", objectId, detail },
});
