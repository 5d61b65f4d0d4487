import { readKillSwitch } from "@smscrm/db/kill-switch";
import { z } from "zod";
import { pauseTenant, resumeTenant } from "../kill-switch.ts";
import { allowed, router, signedIn } from "../trpc.ts";

export const killSwitch = router({
  /** Everybody sees whether sending is stopped: it explains all that stands still. */
  status: signedIn.query(({ ctx }) => ctx.inTenant((tx) => readKillSwitch(tx, ctx.tenantId))),

  pause: allowed("killSwitch.pause")
    .input(z.object({ reason: z.string().trim().max(500).optional() }).optional())
    .mutation(({ ctx, input }) => pauseTenant(ctx.dependencies.database, ctx.session, input?.reason || null)),

  resume: allowed("killSwitch.resume").mutation(({ ctx }) =>
    resumeTenant(ctx.dependencies.database, ctx.session),
  ),
});
