import {
  endSupportAccess,
  grantSupportAccess,
  listSupportAccesses,
} from "@smscrm/db/platform/support-access";
import { z } from "zod";
import { byId, id } from "../http/inputs.ts";
import { conflict, notFound } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";

const HOURS = [1, 4, 24, 72] as const;

/** What an organisation decides about the platform's operators: who may look inside, and for how long. */
export const support = router({
  list: allowed("settings.read").query(({ ctx }) =>
    ctx.inTenant((tx) => listSupportAccesses(tx, ctx.tenantId)),
  ),

  /** Lets the operator who asked read this organisation for `hours` hours. Every look is in the audit log. */
  grant: allowed("security.write")
    .input(z.strictObject({ id, hours: z.literal(HOURS) }))
    .mutation(async ({ ctx, input }): Promise<{ expiresAt: Date }> => {
      const actor = { tenantId: ctx.tenantId, userId: ctx.session.userId };
      const done = await grantSupportAccess(ctx.dependencies.pipeline, actor, input);
      if (done === "not-found") throw notFound("request");
      if (done === "member") throw conflict("This person is a member of your organisation already.");
      return done;
    }),

  /** Refuses a request, or ends a visit at once. */
  end: allowed("security.write")
    .input(byId)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const actor = { tenantId: ctx.tenantId, userId: ctx.session.userId };
      if (!(await endSupportAccess(ctx.dependencies.pipeline, actor, input.id))) throw notFound("request");
      await ctx.streams.endOfEndedSessions();
      return { ok: true };
    }),
});
