import { audienceInput, CAMPAIGN_STATUSES, campaignInput, quietHoursProblem } from "@smscrm/core/campaign";
import { may } from "@smscrm/core/roles";
import { countAudience } from "@smscrm/db/audience";
import { pauseCampaign, resumeCampaign } from "@smscrm/db/campaign-states";
import * as db from "@smscrm/db/campaigns";
import { type PacePoint, readCampaignPace } from "@smscrm/db/pace";
import { readSettings } from "@smscrm/db/settings";
import { readStopProof, type StopProof } from "@smscrm/db/stop-proof";
import { z } from "zod";
import { auditCampaign } from "../campaigns/audit.ts";
import { cancel } from "../campaigns/cancel.ts";
import { type Launched, launch } from "../campaigns/launch.ts";
import { type Scheduled, schedule, unschedule } from "../campaigns/schedule.ts";
import { sendTest } from "../campaigns/send-test.ts";
import { byId, id, moment, page } from "../inputs.ts";
import { readProgress } from "../live/campaigns.ts";
import { createPaceMeter } from "../live/pace.ts";
import type { Progress } from "../live/progress.ts";
import { STREAM_MS } from "../live/stream.ts";
import { previewBody } from "../preflight/preview.ts";
import { preflight } from "../preflight/run.ts";
import { badRequest, comeBack, conflict, found, notFound } from "../refusals.ts";
import { allowed, router } from "../trpc.ts";

type Input = z.output<typeof campaignInput>;

const toDraft = (input: Input): db.CampaignDraft => ({
  name: input.name,
  body: input.body,
  audience: input.audience,
  quietHours: input.quietHours,
  smartEncoding: input.smartEncoding,
  expiresAt: input.expiresAt ? new Date(input.expiresAt) : null,
});

/** Night hours are the recipient's right: a campaign may ask for less of the day, never for more. */
async function mustBeStricter(tx: Parameters<typeof readSettings>[0], tenantId: string, input: Input) {
  if (!input.quietHours) return;
  const { quietHours } = await readSettings(tx, tenantId);
  const problem = quietHoursProblem(input.quietHours, quietHours);
  if (problem) throw badRequest(problem);
}

export const campaigns = router({
  list: allowed("campaigns.read")
    .input(page.extend({ status: z.enum(CAMPAIGN_STATUSES).optional() }))
    .query(({ ctx, input }) => ctx.inTenant((tx) => db.listCampaigns(tx, ctx.tenantId, input))),

  get: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => found(await db.findCampaign(tx, ctx.tenantId, input.id), "campaign")),
    ),

  create: allowed("campaigns.write")
    .input(campaignInput)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        await mustBeStricter(tx, ctx.tenantId, input);
        const made = await db.insertCampaign(tx, ctx.tenantId, ctx.session.userId, toDraft(input));
        await auditCampaign(tx, ctx, "campaign.create", made, { name: input.name });
        return { id: made };
      }),
    ),

  update: allowed("campaigns.write")
    .input(campaignInput.extend({ id, updatedAt: z.iso.datetime({ offset: true }) }))
    .mutation(({ ctx, input: { id: campaignId, updatedAt, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ updatedAt: Date }> => {
        const campaign = found(await db.findCampaign(tx, ctx.tenantId, campaignId), "campaign");
        if (campaign.status === "scheduled")
          throw conflict("This campaign is scheduled. Take it off the schedule to change it.");
        if (campaign.status !== "draft")
          throw conflict("This campaign was launched: its text stays as it is. Duplicate it to change it.");
        await mustBeStricter(tx, ctx.tenantId, input);
        const saved = await db.updateDraft(tx, ctx.tenantId, campaignId, new Date(updatedAt), toDraft(input));
        if (!saved)
          throw conflict(
            "Somebody else changed this campaign meanwhile. Reload it to see their version, then make your change again.",
          );
        await auditCampaign(tx, ctx, "campaign.update", campaignId, {});
        return { updatedAt: saved };
      }),
    ),

  remove: allowed("campaigns.write")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const campaign = found(await db.findCampaign(tx, ctx.tenantId, input.id), "campaign");
        if (!(await db.deleteDraft(tx, ctx.tenantId, input.id))) {
          throw conflict("Only drafts can be removed: what was sent stays on record.");
        }
        await auditCampaign(tx, ctx, "campaign.remove", input.id, { name: campaign.name });
        return { ok: true };
      }),
    ),

  duplicate: allowed("campaigns.write")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const campaign = found(await db.findCampaign(tx, ctx.tenantId, input.id), "campaign");
        const { body, audience, quietHours, smartEncoding } = campaign;
        const name = `Copy of ${campaign.name}`.slice(0, 120);
        const draft = { name, body, audience, quietHours, smartEncoding, expiresAt: null };
        const made = await db.insertCampaign(tx, ctx.tenantId, ctx.session.userId, draft);
        await auditCampaign(tx, ctx, "campaign.create", made, { copyOf: input.id });
        return { id: made };
      }),
    ),

  audienceCount: allowed("campaigns.read")
    .input(z.object({ audience: audienceInput }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => ({ contacts: await countAudience(tx, ctx.tenantId, input.audience) })),
    ),

  previewBody: allowed("campaigns.read")
    .input(
      z.object({
        body: z.string().max(5_000),
        smartEncoding: z.boolean().default(false),
        contactId: id.optional(),
      }),
    )
    .query(({ ctx, input }) => ctx.inTenant((tx) => previewBody(tx, ctx.tenantId, input))),

  preflight: allowed("campaigns.read")
    .input(byId.extend({ anyway: z.boolean().default(false), at: moment.optional() }))
    .query(({ ctx, input, signal }) =>
      preflight(ctx, input.id, { anyway: input.anyway, at: input.at, signal }),
    ),

  launch: allowed("campaigns.launch")
    .input(byId.extend({ quietHoursOverrideReason: z.string().trim().max(500).optional() }))
    .mutation(
      ({ ctx, input }): Promise<Launched> =>
        launch(ctx, input.id, input.quietHoursOverrideReason || null, {
          mayOverride: may(ctx.session.role, "quietHours.override"),
          carrier: ctx.dependencies.carrier,
        }),
    ),

  schedule: allowed("campaigns.launch")
    .input(byId.extend({ at: moment }))
    .mutation(({ ctx, input }): Promise<Scheduled> => schedule(ctx, input.id, input.at)),

  unschedule: allowed("campaigns.stop")
    .input(byId)
    .mutation(({ ctx, input }) => unschedule(ctx, input.id)),

  sendTest: allowed("campaigns.launch")
    .input(z.object({ testId: id, campaignId: id, contactId: id }))
    .mutation(({ ctx, input }) => sendTest(ctx, input)),

  /** What went when, beside what was foreseen. */
  pace: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ points: PacePoint[]; forecast: db.Campaign["forecast"] }> => {
        const campaign = found(await db.findCampaign(tx, ctx.tenantId, input.id), "campaign");
        const { forecast, quietHoursOverrideReason } = campaign;
        const ofTheLaunch = quietHoursOverrideReason ? (forecast?.anyway ?? forecast) : forecast;
        return { points: await readCampaignPace(tx, ctx.tenantId, input.id), forecast: ofTheLaunch };
      }),
    ),

  pause: allowed("campaigns.stop")
    .input(byId)
    .mutation(async ({ ctx, input }): Promise<StopProof> => {
      await ctx.inTenant(async (tx) => {
        const { status } = found(await db.findCampaign(tx, ctx.tenantId, input.id), "campaign");
        if (status === "paused") return;
        const pausedAt = await pauseCampaign(tx, ctx.tenantId, input.id);
        if (!pausedAt) throw conflict(`This campaign is ${status}: there is nothing to pause.`);
        await auditCampaign(tx, ctx, "campaign.pause", input.id, {});
      });
      // After the commit, so that the proof counts what was still on its way when the stop came.
      return ctx.inTenant((tx) => readStopProof(tx, ctx.tenantId, input.id));
    }),

  resume: allowed("campaigns.launch")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<Launched> => {
        const { status } = found(await db.findCampaign(tx, ctx.tenantId, input.id), "campaign");
        const resumed = await resumeCampaign(tx, ctx.tenantId, input.id);
        if (!resumed) throw conflict(`This campaign is ${status}, not paused.`);
        await auditCampaign(tx, ctx, "campaign.resume", input.id, {});
        return { id: input.id, status: resumed };
      }),
    ),

  cancel: allowed("campaigns.stop")
    .input(byId)
    .mutation(({ ctx, input }): Promise<StopProof> => cancel(ctx, input.id)),

  progress: allowed("campaigns.read")
    .input(byId)
    .query(
      async ({ ctx, input }): Promise<Progress> =>
        found(await readProgress(ctx.dependencies.database, ctx.tenantId, input.id), "campaign"),
    ),

  live: allowed("campaigns.read")
    .input(byId)
    .subscription(async function* ({ ctx, input, signal }): AsyncGenerator<Progress, void> {
      const { database, closing } = ctx.dependencies;
      const pace = createPaceMeter();
      const read = () => readProgress(database, ctx.tenantId, input.id, pace);
      // Before anything is shared: somebody else's campaign is not found, and nothing is watched for it.
      if (!(await read())) throw notFound("campaign");
      const ours = AbortSignal.any([closing, AbortSignal.timeout(STREAM_MS)]);
      yield* ctx.liveCampaigns.watch(`${ctx.tenantId} ${input.id}`, read, [signal, ours]);
      // A stream that simply ends is over for the browser; this makes it come back, with its session of that moment.
      if (ours.aborted) throw comeBack();
    }),
});
