import { REGISTERS, type Register, registerNamed } from "@smscrm/core/suppression/registers";
import { recordAudit } from "@smscrm/db/audit/audit";
import {
  addSuppressionList,
  listSuppressionLists,
  removeSuppressionList,
  type ShownList,
  setAfterExpiry,
} from "@smscrm/db/suppression/lists";
import { z } from "zod";
import { byId, country, id, note } from "../http/inputs.ts";
import { badRequest, conflict, notFound } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";

const LISTS_MAX = 50;

/** Lists of people who want no marketing, from public registers and elsewhere. Their files come by `/uploads/suppression`. */
export const suppression = router({
  list: allowed("doNotContact.read").query(({ ctx }) =>
    ctx.inTenant(
      async (tx): Promise<{ lists: ShownList[]; registers: readonly Register[] }> => ({
        lists: await listSuppressionLists(tx, ctx.tenantId),
        registers: REGISTERS,
      }),
    ),
  ),

  add: allowed("doNotContact.remove")
    .input(
      z.object({
        name: z.string().trim().min(1, "Give the list a name.").max(100),
        register: z.string().max(20),
        country,
        afterExpiry: z.enum(["hold", "warn"]).default("hold"),
      }),
    )
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const register = registerNamed(input.register);
        if (!register) throw badRequest("Choose a register from the list, or “Another list”.");
        if (register.country !== null && register.country !== input.country)
          throw badRequest(`${register.name} is a register of ${register.country}.`);
        const { name, country: of, afterExpiry } = input;
        const list = {
          name,
          register: register.register,
          country: of,
          holdsAfterExpiry: afterExpiry === "hold",
        };
        const createdBy = ctx.session.userId;
        const added = await addSuppressionList(tx, ctx.tenantId, { ...list, createdBy }, LISTS_MAX);
        if (added === "too-many") throw badRequest(`You have ${LISTS_MAX} lists. Remove one to add another.`);
        if (added === "name-taken")
          throw conflict("You have a list with this name already. Choose another name.");
        await recordAudit(tx, { ...auditOf(ctx, "suppression.add", added.id), detail: { ...list } });
        return added;
      }),
    ),

  /** What happens to marketing once a list has expired. Takes effect at the next claim. */
  setAfterExpiry: allowed("doNotContact.remove")
    .input(z.object({ id, afterExpiry: z.enum(["hold", "warn"]), note }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ changed: boolean }> => {
        const changed = await setAfterExpiry(tx, ctx.tenantId, input.id, input.afterExpiry === "hold");
        if (changed === null) throw notFound("list");
        const { afterExpiry, note: reason } = input;
        if (changed)
          await recordAudit(tx, {
            ...auditOf(ctx, "suppression.after-expiry", input.id),
            detail: { afterExpiry, note: reason },
          });
        return { changed };
      }),
    ),

  remove: allowed("doNotContact.remove")
    .input(byId.extend({ note }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const removed = await removeSuppressionList(tx, ctx.tenantId, input.id);
        if (!removed) throw notFound("list");
        const detail = { name: removed.name, note: input.note };
        await recordAudit(tx, { ...auditOf(ctx, "suppression.remove", input.id), detail });
        return { ok: true };
      }),
    ),
});

const auditOf = (
  ctx: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
) => ({
  tenantId: ctx.tenantId,
  actorId: ctx.session.userId,
  action,
  objectKind: "suppression-list",
  objectId,
});
