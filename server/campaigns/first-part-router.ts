import { findCampaign } from "@smscrm/db/campaigns/campaigns";
import * as db from "@smscrm/db/campaigns/first-part/decisions";
import { byId } from "../http/inputs.ts";
import { conflict, found, notFound } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { auditCampaign } from "./audit.ts";
import { mustBeProvenFor } from "./launch.ts";

/** The first part of a launched campaign, which the rest waits for. */
export const firstPart = router({
  get: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<db.FirstPart | null> => {
        found(await findCampaign(tx, ctx.tenantId, input.id), "campaign");
        return db.findFirstPart(tx, ctx.tenantId, input.id);
      }),
    ),

  /** Lets the rest go, whatever the first part showed. To stop it, cancel the campaign. */
  continue: allowed("campaigns.launch")
    .input(byId)
    .mutation(({ ctx, input: { id } }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const { status } = found(await findCampaign(tx, ctx.tenantId, id), "campaign");
        const part = await db.findFirstPart(tx, ctx.tenantId, id);
        if (!part) throw notFound("first part");
        if (status !== "running" && status !== "paused")
          throw conflict(`This campaign is ${status}, so there is nothing to continue.`);
        await mustBeProvenFor(ctx, tx, part.rest);
        if (!(await db.openRest(tx, ctx.tenantId, id, ctx.session.userId)))
          throw conflict(
            `${part.decidedBy ?? "Somebody else"} decided about this first part already. Reload the page to see it.`,
          );
        const { state, sentence, rest, figures } = part;
        await auditCampaign(tx, ctx, "first-part.continue", id, { was: state, sentence, rest, figures });
        return { ok: true };
      }),
    ),
});
