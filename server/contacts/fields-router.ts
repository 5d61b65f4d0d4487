import { audiencesOfField } from "@smscrm/core/audiences/uses";
import { FIELDS_MAX, fieldChange, newFieldInput, newFieldName } from "@smscrm/core/fields/field";
import { isOfType } from "@smscrm/core/fields/value";
import { parseTemplate } from "@smscrm/core/text/template";
import { listAudiences } from "@smscrm/db/audiences/saved";
import { recordAudit } from "@smscrm/db/audit/audit";
import * as db from "@smscrm/db/contacts/fields";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { readLanguages } from "@smscrm/db/tenants/languages";
import { z } from "zod";
import { badRequest, conflict, found } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";

const name = z.string().trim().min(1).max(64);

/** The custom fields of a tenant: one list with label, merge name, type and order. */
export const fields = router({
  list: allowed("contacts.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({ fields: await db.listFields(tx, ctx.tenantId) })),
  ),

  create: allowed("settings.write")
    .input(newFieldInput)
    .mutation(({ ctx, input: { name: given, ...field } }) =>
      ctx.inTenant(async (tx): Promise<{ name: string }> => {
        const taken = await db.takenFieldNames(tx, ctx.tenantId);
        if (taken.length >= FIELDS_MAX)
          throw badRequest(`You have ${FIELDS_MAX} fields. Remove one to add another.`);
        const chosen = newFieldName(given ?? field.label, taken);
        if (!chosen.ok) throw badRequest(chosen.sentence);
        if ((await db.insertFields(tx, ctx.tenantId, [{ ...field, name: chosen.name }])) === 0)
          throw conflict(CHANGED);
        await recordAudit(tx, audit(ctx, "field.add", chosen.name, { label: field.label, type: field.type }));
        return { name: chosen.name };
      }),
    ),

  /**
   * Changes a field; its merge name stays. `unfit`: of the newest 2,000 contacts, how many have a value that is not in
   * the form of the new type. It counts as blank until it is imported or edited again.
   */
  update: allowed("settings.write")
    .input(z.strictObject({ name, revision: z.int().min(0), change: fieldChange }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ unfit: number }> => {
        const before = await knownField(tx, ctx.tenantId, input.name);
        const after = { ...input.change, name: before.name };
        if (!after.mergeable) await refuseInTexts(tx, ctx.tenantId, before.name);
        if (!(await db.updateField(tx, ctx.tenantId, input.revision, after))) throw conflict(CHANGED);
        const { label, type, mergeable } = after;
        const detail = { label, type, mergeable, was: { label: before.label, type: before.type } };
        await recordAudit(tx, audit(ctx, "field.change", before.name, detail));
        const recent = await db.recentValues(tx, ctx.tenantId, before.name);
        return { unfit: recent.filter((value) => !isOfType(after, value)).length };
      }),
    ),

  order: allowed("settings.write")
    .input(z.strictObject({ names: z.array(name).min(1).max(FIELDS_MAX) }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        // A field that was only seen in data has a place once it is defined.
        const seen = (await db.listFields(tx, ctx.tenantId)).filter(({ revision }) => revision === 0);
        await db.insertFields(
          tx,
          ctx.tenantId,
          seen.map(({ revision: _, ...field }) => field),
        );
        await db.orderFields(tx, ctx.tenantId, input.names);
        await recordAudit(tx, audit(ctx, "field.order", null, { order: input.names }));
        return { ok: true };
      }),
    ),

  /** Removes a field. Refused while a campaign that has not ended, or an audience, uses it. */
  remove: allowed("settings.write")
    .input(z.strictObject({ name }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const field = await knownField(tx, ctx.tenantId, input.name);
        await refuseInTexts(tx, ctx.tenantId, field.name);
        if ((await readLanguages(tx, ctx.tenantId)).field === field.name)
          throw conflict(
            "This field says your contacts' language. Choose another under Templates → Languages first.",
          );
        const using = audiencesOfField(await listAudiences(tx, ctx.tenantId), field.name);
        if (using.length > 0)
          throw conflict(`The audience ${namesOf(using)} uses this field. Change it first.`);
        await db.removeField(tx, ctx.tenantId, field.name);
        await recordAudit(tx, audit(ctx, "field.remove", field.name, { label: field.label }));
        return { ok: true };
      }),
    ),
});

const CHANGED = "Someone else changed the fields while you did. Reload to see their version.";

async function knownField(tx: TenantTransaction, tenantId: string, wanted: string): Promise<db.FieldRow> {
  const known = await db.listFields(tx, tenantId);
  return found(
    known.find((field) => field.name === wanted),
    "field",
  );
}

async function refuseInTexts(tx: TenantTransaction, tenantId: string, field: string): Promise<void> {
  const texts = await db.openTexts(tx, tenantId, field);
  const using = texts.filter(({ body }) => parseTemplate(body).fields.some((one) => one.name === field));
  if (using.length === 0) return;
  throw conflict(
    `The campaign ${namesOf(using)} uses {{${field}}}. Change its text first, or wait until it has ended.`,
  );
}

const SHOWN = 3;

function namesOf(using: readonly { name: string }[]): string {
  const shown = using.slice(0, SHOWN).map((one) => `“${one.name}”`);
  return shown.join(", ") + (using.length > SHOWN ? ` and ${using.length - SHOWN} more` : "");
}

const audit = (
  ctx: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string | null,
  detail: Record<string, unknown>,
) => ({ tenantId: ctx.tenantId, actorId: ctx.session.userId, action, objectKind: "field", objectId, detail });
