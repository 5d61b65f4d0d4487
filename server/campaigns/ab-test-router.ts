import { VARIANTS_MAX, variantName } from "@smscrm/core/campaigns/ab-test/ab-test";
import { sharesOf, standing, type VariantShare } from "@smscrm/core/campaigns/ab-test/decide";
import { clearWinner } from "@smscrm/core/campaigns/ab-test/winner";
import * as db from "@smscrm/db/campaigns/ab-test/decisions";
import { type Campaign, findCampaign } from "@smscrm/db/campaigns/campaigns";
import { z } from "zod";
import { byId } from "../http/inputs.ts";
import { badRequest, conflict, found, notFound } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { auditCampaign } from "./audit.ts";
import { mustBeProvenFor } from "./launch.ts";

/** The test of a launched campaign, with what its figures say. */
export interface ShownTest extends db.RunningTest {
  measure: NonNullable<Campaign["abTest"]>["measure"];
  choice: NonNullable<Campaign["abTest"]>["choice"];
  /** Each text's share of the measure, with an interval that is right at every look. */
  shares: VariantShare[];
  /** The text that is clearly better than each of the others; null: none is. */
  clear: number | null;
  /** How the texts stand, in words; null: nothing was counted yet. */
  standing: string | null;
}

/** The A/B test of a launched campaign, which the rest waits for. */
export const abTest = router({
  get: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<ShownTest | null> => {
        const { abTest: plan } = found(await findCampaign(tx, ctx.tenantId, input.id), "campaign");
        const test = await db.findTest(tx, ctx.tenantId, input.id);
        if (!plan || !test) return null;
        const { measure, choice } = plan;
        const figures = test.figures?.variants ?? [];
        const isCounted = figures.some(({ sent }) => sent > 0);
        return {
          ...{ ...test, measure, choice },
          shares: sharesOf(figures, measure),
          clear: clearWinner(figures, measure, test.stopped),
          standing: isCounted ? `${standing(figures, measure, test.stopped)}.` : null,
        };
      }),
    ),

  /** Chooses the text that everybody else gets, whatever the test showed. To stop it, cancel the campaign. */
  choose: allowed("campaigns.launch")
    .input(byId.extend({ variant: z.int().min(1).max(VARIANTS_MAX) }))
    .mutation(({ ctx, input: { id, variant } }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const { status, abTest: plan } = found(await findCampaign(tx, ctx.tenantId, id), "campaign");
        const test = await db.findTest(tx, ctx.tenantId, id);
        if (!plan || !test) throw notFound("A/B test");
        if (variant > plan.texts.length + 1)
          throw badRequest(`This campaign has no text ${variantName(variant)}. Reload the page.`);
        if (test.stopped.includes(variant))
          throw badRequest(
            `Text ${variantName(variant)} was stopped, because it was clearly worse than the others. Choose another, or cancel the campaign.`,
          );
        if (test.state === "waiting")
          throw conflict(
            "The first part of this campaign is not decided about yet. Decide about that first.",
          );
        if (status !== "running" && status !== "paused")
          throw conflict(`This campaign is ${status}, so there is nothing to choose.`);
        await mustBeProvenFor(ctx, tx, test.rest);
        if (!(await db.chooseText(tx, ctx.tenantId, id, variant, ctx.session.userId))) {
          const { decidedBy, winner } = (await db.findTest(tx, ctx.tenantId, id))!;
          const what = winner === null ? "" : `: text ${variantName(winner)}`;
          throw conflict(
            `${decidedBy ?? "The rule"} decided about this test already${what}. Reload the page to see it.`,
          );
        }
        const { state, sentence, rest, figures } = test;
        const detail = { variant, was: state, sentence, rest, variants: figures };
        await auditCampaign(tx, ctx, "ab-test.choose", id, detail);
        return { ok: true };
      }),
    ),
});
