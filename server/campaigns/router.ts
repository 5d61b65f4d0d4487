import { VARIANTS_MAX } from "@smscrm/core/campaigns/ab-test/ab-test";
import { audienceInput, campaignInput, quietHoursProblem } from "@smscrm/core/campaigns/campaign";
import type { Progress } from "@smscrm/core/campaigns/progress";
import { languageInput, languagesProblem } from "@smscrm/core/campaigns/texts/languages-input";
import type { CheckedSoFar } from "@smscrm/core/preflight/tally";
import { messagePriceMicros } from "@smscrm/core/price/pricing";
import { type MemberRole, may } from "@smscrm/core/process/roles";
import { countAudienceCountries } from "@smscrm/db/audiences/examples";
import { countAudience } from "@smscrm/db/audiences/members";
import { keepAudience } from "@smscrm/db/audiences/saved";
import { pauseCampaign, resumeCampaign } from "@smscrm/db/campaigns/campaign-states";
import * as db from "@smscrm/db/campaigns/campaigns";
import { findSeries } from "@smscrm/db/campaigns/series/series";
import { readCampaignThroughput, type ThroughputPoint } from "@smscrm/db/campaigns/throughput";
import { customFieldNames } from "@smscrm/db/contacts/fields";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import { hasVersion } from "@smscrm/db/templates/templates";
import { readSettings } from "@smscrm/db/tenants/settings";
import { readStopProof, type StopProof } from "@smscrm/db/tenants/stop-proof";
import { z } from "zod";
import { refuseUnknownTopics } from "../contacts/consents.ts";
import { byId, id, moment, page } from "../http/inputs.ts";
import { fileFormat } from "../http/list-file.ts";
import { campaignFilter } from "../http/list-filters.ts";
import { badRequest, conflict, forbidden, found, notFound } from "../http/refusals.ts";
import { readProgress, watchProgress } from "../live/campaigns.ts";
import { asStream } from "../live/streams.ts";
import { allowed, router } from "../trpc.ts";
import { auditCampaign, auditEnded } from "./audit.ts";
import { cancel } from "./cancel.ts";
import { type Launched, launch, refuseAbTest } from "./launch.ts";
import { previewBody } from "./preflight/preview.ts";
import { preflightProgress } from "./preflight/progress.ts";
import { preflight } from "./preflight/run.ts";
import { type Scheduled, schedule, unschedule } from "./schedule.ts";
import { sendTest, sendTests } from "./send-test.ts";

type Input = z.output<typeof campaignInput>;

/** Which of a campaign's texts: the first, unless it has an A/B test. */
const variant = z.int().min(1).max(VARIANTS_MAX).default(1);

/** The member has seen that the audience looks like a list for tests, and means these people. */
const testListMeant = { testListMeant: z.boolean().default(false) };

const toDraft = (input: Input): db.CampaignDraft => ({
  name: input.name,
  body: input.body,
  language: input.language,
  texts: input.texts,
  audience: input.audience,
  quietHours: input.quietHours,
  smartEncoding: input.smartEncoding,
  shortenLinks: input.shortenLinks,
  expiresAt: input.expiresAt ? new Date(input.expiresAt) : null,
  purpose: input.purpose,
  topic: input.topic,
  templateId: input.template?.id ?? null,
  templateVersion: input.template?.version ?? null,
  localTime: input.localTime,
  spreadMinutes: input.spreadMinutes,
  messagesPerMinute: input.messagesPerMinute,
  canary: input.canary,
  abTest: input.abTest,
});

/**
 * Refuses a purpose that the member may not choose, and a topic that nobody can refuse: an emergency reaches people
 * without consent, so only an owner may declare one.
 */
async function mustBePurpose(
  tx: Parameters<typeof readSettings>[0],
  { tenantId, session }: { tenantId: string; session: MemberRole },
  { purpose, topic }: Pick<Input, "purpose" | "topic">,
) {
  if (purpose === "emergency" && !may(session, "quietHours.override"))
    throw forbidden(
      "Only an owner can send an emergency: it also reaches people without a consent on record.",
    );
  if (topic !== null && purpose !== "marketing")
    throw badRequest("Only marketing has topics. Remove the topic, or choose marketing.");
  if (topic !== null) await refuseUnknownTopics(tx, tenantId, [topic]);
}

/** Refuses a saved audience that the organisation doesn't have, and keeps it from being removed in this moment. */
async function mustBeAudience(
  tx: Parameters<typeof readSettings>[0],
  tenantId: string,
  { audience }: Pick<Input, "audience">,
) {
  if (audience.kind === "saved" && !(await keepAudience(tx, tenantId, audience.audienceId)))
    throw notFound("audience");
}

/** Refuses two texts in one language, and other languages beside a default whose language is not said. */
function mustBeLanguages({ language, texts }: Pick<Input, "language" | "texts">) {
  const problem = languagesProblem(language, texts);
  if (problem) throw badRequest(problem);
}

/** Refuses a version of a template that the organisation doesn't have. */
async function mustBeTemplate(
  tx: Parameters<typeof readSettings>[0],
  tenantId: string,
  { template }: Pick<Input, "template">,
) {
  if (template && !(await hasVersion(tx, tenantId, template))) throw notFound("template");
}

/** A copy of a launched campaign is for the audience as it is now. */
const unfrozen = (audience: db.Campaign["audience"]): db.Campaign["audience"] =>
  audience.kind === "saved" ? { kind: "saved", audienceId: audience.audienceId } : audience;

/** Quiet hours protect the recipient: a campaign may shorten the sending hours, never extend them. */
async function mustBeStricter(tx: Parameters<typeof readSettings>[0], tenantId: string, input: Input) {
  if (!input.quietHours) return;
  const { quietHours } = await readSettings(tx, tenantId);
  const problem = quietHoursProblem(input.quietHours, quietHours);
  if (problem) throw badRequest(problem);
}

export const campaigns = router({
  list: allowed("campaigns.read")
    .input(page.extend(campaignFilter))
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
        await mustBePurpose(tx, ctx, input);
        await mustBeAudience(tx, ctx.tenantId, input);
        await mustBeTemplate(tx, ctx.tenantId, input);
        mustBeLanguages(input);
        refuseAbTest(input);
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
          throw conflict("This campaign is scheduled. Unschedule it to change it.");
        if (campaign.status !== "draft")
          throw conflict("This campaign was launched, so its text can't change. Duplicate it to change it.");
        const repeats = await findSeries(tx, ctx.tenantId, campaignId);
        if (repeats && !repeats.pausedAt)
          throw conflict("This campaign repeats. Pause its series to change it.");
        await mustBeStricter(tx, ctx.tenantId, input);
        await mustBePurpose(tx, ctx, input);
        await mustBeAudience(tx, ctx.tenantId, input);
        await mustBeTemplate(tx, ctx.tenantId, input);
        mustBeLanguages(input);
        refuseAbTest(input);
        const seenAt = new Date(updatedAt);
        const saved = await db.updateDraft(
          tx,
          ctx.tenantId,
          campaignId,
          seenAt,
          toDraft(input),
          ctx.session.userId,
        );
        if (!saved)
          throw conflict(
            "Someone else changed this campaign while you edited it. Reload to see their version, then make your change again.",
          );
        await auditCampaign(tx, ctx, "campaign.update", campaignId, {});
        await auditEnded(tx, ctx, campaignId);
        return { updatedAt: saved };
      }),
    ),

  remove: allowed("campaigns.write")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const campaign = found(await db.findCampaign(tx, ctx.tenantId, input.id), "campaign");
        if (await findSeries(tx, ctx.tenantId, input.id))
          throw conflict("This campaign repeats. End its series, then delete it.");
        if (!(await db.deleteDraft(tx, ctx.tenantId, input.id))) {
          throw conflict("Only drafts can be removed. Launched campaigns stay on record.");
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
        const { body, language, quietHours, smartEncoding, purpose, topic, template } = campaign;
        const texts = campaign.texts
          .filter((one) => one.variant === 1 && one.language !== "")
          .map((one) => ({ language: one.language, body: one.body }));
        const { spreadMinutes, messagesPerMinute, shortenLinks, canary, abTest } = campaign;
        const used = { templateId: template?.id ?? null, templateVersion: template?.version ?? null };
        const audience = unfrozen(campaign.audience);
        await mustBePurpose(tx, ctx, campaign);
        const name = `Copy of ${campaign.name}`.slice(0, 120);
        // Dates are not copied: they were chosen for the other launch.
        const dates = { expiresAt: null, localTime: null };
        const pace = { spreadMinutes, messagesPerMinute, canary, abTest };
        const text = {
          name,
          body,
          language,
          texts,
          audience,
          quietHours,
          smartEncoding,
          shortenLinks,
          purpose,
          topic,
        };
        const draft = { ...text, ...used, ...dates, ...pace };
        const made = await db.insertCampaign(tx, ctx.tenantId, ctx.session.userId, draft);
        await auditCampaign(tx, ctx, "campaign.create", made, { copyOf: input.id });
        return { id: made };
      }),
    ),

  audienceCount: allowed("campaigns.read")
    .input(z.object({ audience: audienceInput }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        const contacts = await countAudience(tx, ctx.tenantId, input.audience);
        const counted = await countAudienceCountries(tx, ctx.tenantId, input.audience, contacts);
        const { rateCard } = await readRuleBook(tx);
        const countries = counted.map(({ country, contacts: people }) => ({
          country,
          contacts: people,
          /** The price of one segment there; null: the country has none. */
          segmentMicros: messagePriceMicros({ country, segments: 1 }, rateCard),
        }));
        return { contacts, countries };
      }),
    ),

  /** The tenant's own merge fields, besides those that every contact has. */
  mergeFields: allowed("campaigns.read").query(({ ctx }) =>
    ctx.inTenant((tx) => customFieldNames(tx, ctx.tenantId)),
  ),

  previewBody: allowed("campaigns.read")
    .input(
      z.object({
        body: z.string().max(5_000),
        smartEncoding: z.boolean().default(false),
        shortenLinks: z.boolean().default(false),
        audience: audienceInput.default({ kind: "all" }),
        contactId: id.optional(),
        language: languageInput.default(""),
      }),
    )
    .query(({ ctx, input }) =>
      ctx.inTenant((tx) => previewBody(tx, ctx.tenantId, input, ctx.dependencies.publicUrl)),
    ),

  preflight: allowed("campaigns.read")
    .input(byId.extend({ anyway: z.boolean().default(false), at: moment.optional() }))
    .query(({ ctx, input, signal }) =>
      preflight(ctx, input.id, { anyway: input.anyway, at: input.at, signal }),
    ),

  /** What the check that runs now has counted until now, for the person who waits for it; null if none runs. */
  preflightProgress: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }): CheckedSoFar | null => preflightProgress(ctx.tenantId, input.id)),

  launch: allowed("campaigns.launch")
    .input(byId.extend({ quietHoursOverrideReason: z.string().trim().max(500).optional(), ...testListMeant }))
    .mutation(
      ({ ctx, input }): Promise<Launched> =>
        launch(ctx, input.id, input.quietHoursOverrideReason || null, {
          mayOverride: may(ctx.session, "quietHours.override"),
          carrier: ctx.dependencies.carrier,
          meant: input.testListMeant,
        }),
    ),

  schedule: allowed("campaigns.launch")
    .input(byId.extend({ at: moment, ...testListMeant }))
    .mutation(
      ({ ctx, input }): Promise<Scheduled> =>
        schedule(ctx, input.id, input.at, {
          carrier: ctx.dependencies.carrier,
          meant: input.testListMeant,
        }),
    ),

  unschedule: allowed("campaigns.stop")
    .input(byId)
    .mutation(({ ctx, input }) => unschedule(ctx, input.id)),

  /** Where the campaign's messages are downloaded. A mutation, so that the dashboard can ask for a proof before the file. */
  export: allowed("contacts.export")
    .input(byId.extend({ format: fileFormat }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ path: string }> => {
        const { id } = found(await db.findCampaign(tx, ctx.tenantId, input.id), "campaign");
        return { path: `/campaigns/${id}/messages.${input.format}` };
      }),
    ),

  sendTest: allowed("campaigns.test")
    .input(
      z.object({
        ...{ testId: id, campaignId: id, contactId: id, variant },
        language: languageInput.optional(),
      }),
    )
    .mutation(({ ctx, input }) => sendTest(ctx, input)),

  /** To numbers that teammates verified as their own, with a contact's values. */
  sendTests: allowed("campaigns.test")
    .input(
      z.object({
        campaignId: id,
        contactId: id.optional(),
        variant,
        language: languageInput.optional(),
        tests: z
          .array(z.object({ testId: id, testNumberId: id }))
          .min(1, "Choose a number.")
          .max(10),
      }),
    )
    .mutation(({ ctx, input }) => sendTests(ctx, input)),

  /** Returns throughput beside the forecast. */
  pace: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ points: ThroughputPoint[]; forecast: db.Campaign["forecast"] }> => {
        const campaign = found(await db.findCampaign(tx, ctx.tenantId, input.id), "campaign");
        const { forecast, quietHoursOverrideReason } = campaign;
        const ofTheLaunch = quietHoursOverrideReason ? (forecast?.anyway ?? forecast) : forecast;
        return { points: await readCampaignThroughput(tx, ctx.tenantId, input.id), forecast: ofTheLaunch };
      }),
    ),

  pause: allowed("campaigns.stop")
    .input(byId)
    .mutation(async ({ ctx, input }): Promise<StopProof> => {
      // Pausing a campaign is a stop, so it uses the connections that are reserved for stopping.
      const { stops } = ctx.dependencies;
      await stops.asTenant(ctx.tenantId, async (tx) => {
        const { status } = found(await db.findCampaign(tx, ctx.tenantId, input.id), "campaign");
        if (status === "paused") return;
        const pausedAt = await pauseCampaign(tx, ctx.tenantId, input.id);
        if (!pausedAt) throw conflict(`This campaign is ${status}: there is nothing to pause.`);
        await auditCampaign(tx, ctx, "campaign.pause", input.id, {});
      });
      // Read after the commit, so that the count includes what was in flight when the stop committed.
      return stops.asTenant(ctx.tenantId, (tx) => readStopProof(tx, ctx.tenantId, input.id));
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
      const { database } = ctx.dependencies;
      // A campaign of another tenant is not found, and nothing watches it.
      if (!(await readProgress(database, ctx.tenantId, input.id))) throw notFound("campaign");
      yield* asStream(ctx, signal, (until) => watchProgress(ctx, input.id, until));
    }),
});
