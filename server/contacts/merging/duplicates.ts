import { recordAudit } from "@smscrm/db/audit/audit";
import { listDuplicates, noteDifferent } from "@smscrm/db/contacts/person/duplicates";
import { z } from "zod";
import { id, page } from "../../http/inputs.ts";
import { notFound } from "../../http/refusals.ts";
import { allowed, router } from "../../trpc.ts";

/** As many as the list shows of one reason. */
const SHOWN_MAX = 5;

export const duplicates = router({
  /** Contacts that may be one person, by what they share. */
  list: allowed("contacts.read")
    .input(page)
    .query(({ ctx, input }) => ctx.inTenant((tx) => listDuplicates(tx, ctx.tenantId, input))),

  /** Notes that contacts are different people, each of them. They are not suggested together again. */
  different: allowed("contacts.write")
    .input(
      z.strictObject({
        ids: z
          .array(id)
          .min(2)
          .max(SHOWN_MAX)
          .refine((ids) => new Set(ids).size === ids.length, "Name each contact once."),
      }),
    )
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ pairs: number }> => {
        const pairs = await noteDifferent(tx, ctx.tenantId, input.ids, ctx.session.userId);
        if (pairs === null) throw notFound("contact");
        if (pairs > 0)
          await recordAudit(tx, {
            ...{ tenantId: ctx.tenantId, actorId: ctx.session.userId, action: "contact.not-same" },
            ...{ objectKind: "contact", objectId: input.ids[0]!, detail: { contactIds: input.ids.slice(1) } },
          });
        return { pairs };
      }),
    ),
});
