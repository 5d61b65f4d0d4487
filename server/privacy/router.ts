import { normalisePhone } from "@smscrm/core/contacts/phone";
import { keptForm } from "@smscrm/core/contacts/phone-forms";
import { recordAudit } from "@smscrm/db/audit/audit";
import { listContacts } from "@smscrm/db/contacts/contacts";
import { liftErasure, listErasures } from "@smscrm/db/privacy/erasure-log";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import { readNumber, readOwnNumbers, readPersonData } from "@smscrm/db/privacy/person-data";
import { z } from "zod";
import { id, note, page, rawPhone, search } from "../http/inputs.ts";
import { badRequest, forbidden, notFound, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { seesMasked } from "../users/roles/masked-numbers.ts";
import type { Session } from "../users/session.ts";
import { type MadePack, makePack, packSigner } from "./packs.ts";

const FOUND_MAX = 20;

/** A person on the privacy desk. */
export interface FoundPerson {
  phone: string;
  name: string | null;
  contactId: string | null;
}

export const privacy = router({
  find: allowed("privacy.read")
    .input(z.object({ search }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ people: FoundPerson[]; erasedAt: Date | null }> => {
        mustSeeNumbers(ctx.session);
        const { items } = await listContacts(tx, ctx.tenantId, {
          search: input.search,
          limit: FOUND_MAX,
          cursor: null,
        });
        const people: FoundPerson[] = items.map(({ id: contactId, phone, firstName, lastName }) => ({
          ...{ phone, contactId },
          name: [firstName, lastName].filter(Boolean).join(" ") || null,
        }));
        const typed = normalisePhone(input.search, ctx.session.tenant.country);
        if (!typed.ok) return { people, erasedAt: null };
        const phone = keptForm(typed.e164);
        const { isHeld, erasedAt } = await readNumber(tx, ctx.tenantId, phone);
        if (isHeld && !people.some((one) => one.phone === phone))
          people.unshift({ phone, name: null, contactId: null });
        return { people, erasedAt };
      }),
    ),

  /** How many rows are held about a person, by kind. */
  held: allowed("privacy.read")
    .input(z.object({ phone: rawPhone }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        mustSeeNumbers(ctx.session);
        const data = await readPersonData(tx, ctx.tenantId, e164(input.phone, ctx.session));
        const counts = Object.entries(data).flatMap(([kind, rows]) =>
          Array.isArray(rows) ? [[kind, rows.length] as const] : [],
        );
        return {
          contact: data.contact !== null,
          doNotContact: data.doNotContact !== null,
          ...Object.fromEntries(counts),
        } as Record<string, number | boolean>;
      }),
    ),

  /** Returns the signed evidence about a person. A read of personal data, so it is in the audit log. */
  evidence: allowed("privacy.read")
    .input(z.object({ phone: rawPhone }))
    .mutation(({ ctx, input }) => packOf(ctx, input.phone, "evidence")),

  /** Returns all that is held about a person. */
  export: allowed("privacy.read")
    .input(z.object({ phone: rawPhone }))
    .mutation(({ ctx, input }) => packOf(ctx, input.phone, "export")),

  /** The key that packs are signed with; null without SECRETS_KEY. */
  key: allowed("privacy.read").query(({ ctx }): { keyId: string; publicKey: string } | null => {
    const signer = packSigner(ctx.dependencies.singleSignOn.keys);
    return signer && { keyId: signer.keyId, publicKey: signer.publicKey };
  }),

  erase: allowed("privacy.erase")
    .input(z.object({ phone: rawPhone, reason: note }))
    .mutation(async ({ ctx, input }): Promise<{ removed: Record<string, number> }> => {
      mustSeeNumbers(ctx.session);
      const { tenantId, session, dependencies } = ctx;
      const phone = e164(input.phone, session);
      const { data, ours } = await ctx.inTenant(async (tx) => ({
        data: await readPersonData(tx, tenantId, phone),
        ours: await readOwnNumbers(tx, tenantId),
      }));
      const named = [phone, data.contact?.first_name, data.contact?.last_name, data.contact?.email].some(
        (part) =>
          typeof part === "string" &&
          part.length > 1 &&
          input.reason.toLowerCase().includes(part.toLowerCase()),
      );
      if (named)
        throw badRequest(
          "The reason names the person, and it is kept. Write it without their name and number.",
        );
      const removed = await erasePerson(dependencies.pipeline, {
        tenantId,
        phone,
        reason: input.reason,
        by: session.userId,
      });
      const numbers = [data.contact, ...data.otherNumbers].flatMap((row) =>
        row ? [String(row.phone_e164)] : [],
      );
      for (const number of new Set([phone, ...numbers])) await dependencies.intake.forget(number, ours);
      return { removed };
    }),

  erasures: allowed("privacy.read")
    .input(page)
    .query(({ ctx, input }) => ctx.inTenant((tx) => listErasures(tx, ctx.tenantId, input))),

  lift: allowed("privacy.erase")
    .input(z.object({ id, reason: note }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const by = ctx.session.userId;
        if (!(await liftErasure(tx, ctx.tenantId, { ...input, by }))) throw notFound("erasure");
        await recordAudit(tx, {
          ...{ tenantId: ctx.tenantId, actorId: by, action: "privacy.lift", objectKind: "erasure" },
          ...{ objectId: input.id, detail: { reason: input.reason } },
        });
        return { ok: true };
      }),
    ),
});

type Asking = Parameters<Parameters<ReturnType<typeof allowed>["query"]>[0]>[0]["ctx"];

/** Who sees numbers masked must not get them in a file either. */
function mustSeeNumbers(session: Session): void {
  if (seesMasked(session))
    throw forbidden("You see numbers masked, and the privacy desk shows them. Ask an owner or admin.");
}

async function packOf(ctx: Asking, rawNumber: string, kind: "evidence" | "export"): Promise<MadePack> {
  const { session, tenantId, dependencies } = ctx;
  mustSeeNumbers(session);
  const signer = packSigner(dependencies.singleSignOn.keys);
  if (!signer)
    throw unmet("This server has no key to sign with. Ask the platform operator to set SECRETS_KEY.");
  const phone = e164(rawNumber, session);
  const data = await ctx.inTenant(async (tx) => {
    const read = await readPersonData(tx, tenantId, phone);
    const isNobody = [
      read.consents,
      read.messages,
      read.replies,
      read.webhooks,
      read.optIns,
      read.suppressionLists,
    ].every((rows) => rows.length === 0);
    if (isNobody && !read.contact && !read.doNotContact) throw notFound("person");
    await recordAudit(tx, {
      ...{ tenantId, actorId: session.userId, action: `privacy.${kind}` },
      ...{ objectKind: "phone", objectId: phone },
    });
    return read;
  });
  return makePack(kind, data, { tenant: session.tenant, createdBy: session.name, signer });
}

function e164(raw: string, session: Session): string {
  const phone = normalisePhone(raw, session.tenant.country);
  if (phone.ok) return keptForm(phone.e164);
  if (/^\+[1-9]\d{6,14}$/.test(raw)) return keptForm(raw);
  throw badRequest("This is not a phone number. Enter it with its country code, such as +61 491 570 006.");
}
