import { readKillSwitch } from "@smscrm/db/tenants/kill-switch";
import { z } from "zod";
import { allowed, router, signedIn } from "../trpc.ts";
import { pauseTenant, resumeTenant } from "./kill-switch.ts";

export const killSwitch = router({
  /** Every member sees whether sending is paused, because it explains why nothing is sent. */
  status: signedIn.query(({ ctx }) => ctx.inTenant((tx) => readKillSwitch(tx, ctx.tenantId))),

  pause: allowed("killSwitch.pause")
    .input(z.object({ reason: z.string().trim().max(500).optional() }).optional())
    .mutation(({ ctx, input }) => pauseTenant(ctx.dependencies, ctx.session, input?.reason || null)),

  resume: allowed("killSwitch.resume").mutation(({ ctx }) => resumeTenant(ctx.dependencies, ctx.session)),
});
