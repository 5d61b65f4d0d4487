import { isLaunchedAlone, launchAloneMax, repeatSentence } from "@smscrm/core/campaigns/approval";
import { occurrencesAfter, occursAt, seriesRule } from "@smscrm/core/campaigns/timing/occurrences";
import { localDay } from "@smscrm/core/time/budget-period";
import { findCampaign } from "@smscrm/db/campaigns/campaigns";
import { onTenant, readLaunchRights } from "@smscrm/db/campaigns/launch-copy";
import * as db from "@smscrm/db/campaigns/series/series";
import { listFields } from "@smscrm/db/contacts/fields";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { readSettings } from "@smscrm/db/tenants/settings";
import { z } from "zod";
import { byId } from "../http/inputs.ts";
import { badRequest, conflict, found, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { auditCampaign } from "./audit.ts";
import { mustBeProvenFor, mustBeSendable } from "./launch.ts";

const NEXT_SHOWN = 5;
const PAST_SHOWN = 20;
const YEARS_MAX = 5;

/** What the page of a draft shows about its repetition. `id`: the draft's. */
export interface SeriesView {
  series: (db.Series & { nextDays: string[] }) | null;
  occurrences: db.Occurrence[];
}

const NOT_REPEATING = "This campaign does not repeat.";

/** Returns where a series begins: after today, or today if its time is still to come. */
function startOf(rule: db.Series["rule"], endsOn: string | null, zone: string, now: Date) {
  const today = localDay(zone, now);
  const doneThrough =
    occursAt(rule, today, zone) <= now
      ? today
      : new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
  const [next] = occurrencesAfter(rule, doneThrough, endsOn, 1);
  if (!next) throw badRequest("The series would have ended before its first day. Choose a later last day.");
  return { doneThrough, nextAt: occursAt(rule, next, zone) };
}

/** Drafts that repeat. */
export const series = router({
  get: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<SeriesView> => {
        found(await findCampaign(tx, ctx.tenantId, input.id), "campaign");
        const known = await db.findSeries(tx, ctx.tenantId, input.id);
        return {
          series: known && {
            ...known,
            nextDays: occurrencesAfter(known.rule, known.doneThrough, known.endsOn, NEXT_SHOWN),
          },
          occurrences: await db.listOccurrences(tx, ctx.tenantId, input.id, PAST_SHOWN),
        };
      }),
    ),

  start: allowed("campaigns.launch")
    .input(
      byId.extend({
        rule: seriesRule,
        endsOn: z.iso.date("Choose a day.").nullable(),
        /** Whether an occurrence that is late is launched all the same. */
        sendsLate: z.boolean(),
      }),
    )
    .mutation(({ ctx, input: { id, rule, endsOn, sendsLate } }) =>
      ctx.inTenant(async (tx): Promise<{ nextAt: Date }> => {
        const campaign = found(await findCampaign(tx, ctx.tenantId, id), "campaign");
        if (campaign.status !== "draft")
          throw conflict(`This campaign is ${campaign.status}: only a draft can repeat.`);
        if (rule.every === "year" && !(await isDateField(tx, ctx.tenantId, rule.field)))
          throw badRequest("Choose a custom field of the type date.");
        const now = new Date();
        if (endsOn && Date.parse(endsOn) > now.getTime() + YEARS_MAX * 366 * 86_400_000)
          throw badRequest("Choose a last day within five years, or none.");
        const { timezone } = await readSettings(tx, ctx.tenantId);
        const start = startOf(rule, endsOn, timezone, now);
        await mustBeReady(tx, ctx, campaign, start.nextAt);
        const made = await db.insertSeries(tx, ctx.tenantId, id, ctx.session.userId, {
          ...{ rule, endsOn, sendsLate, ...start },
        });
        if (!made) throw conflict("This campaign repeats already. End its series to start another.");
        await auditCampaign(tx, ctx, "campaign.repeat", id, { rule, endsOn, sendsLate });
        return { nextAt: start.nextAt };
      }),
    ),

  pause: allowed("campaigns.stop")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        found(await findCampaign(tx, ctx.tenantId, input.id), "campaign");
        if (!(await db.changeSeries(tx, ctx.tenantId, input.id, { paused: true })))
          throw conflict(NOT_REPEATING);
        await auditCampaign(tx, ctx, "campaign.repeat-pause", input.id, {});
        return { ok: true };
      }),
    ),

  /** Goes on with the next day. What fell into the pause is left out. */
  resume: allowed("campaigns.launch")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ nextAt: Date }> => {
        const campaign = found(await findCampaign(tx, ctx.tenantId, input.id), "campaign");
        const known = await db.findSeries(tx, ctx.tenantId, input.id);
        if (!known) throw conflict(NOT_REPEATING);
        const { timezone } = await readSettings(tx, ctx.tenantId);
        const start = startOf(known.rule, known.endsOn, timezone, new Date());
        await mustBeReady(tx, ctx, campaign, start.nextAt);
        await db.changeSeries(tx, ctx.tenantId, input.id, start);
        await auditCampaign(tx, ctx, "campaign.repeat-resume", input.id, {});
        return { nextAt: start.nextAt };
      }),
    ),

  end: allowed("campaigns.stop")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        found(await findCampaign(tx, ctx.tenantId, input.id), "campaign");
        if (!(await db.changeSeries(tx, ctx.tenantId, input.id, { ended: true })))
          throw conflict(NOT_REPEATING);
        await auditCampaign(tx, ctx, "campaign.repeat-end", input.id, {});
        return { ok: true };
      }),
    ),
});

async function isDateField(tx: TenantTransaction, tenantId: string, name: string): Promise<boolean> {
  return (await listFields(tx, tenantId)).some((field) => field.name === name && field.type === "date");
}

/** The same limits and the same proof as for a launch. A local time is on the day of each occurrence. */
async function mustBeReady(
  tx: TenantTransaction,
  asking: Parameters<typeof mustBeProvenFor>[0],
  campaign: Parameters<typeof mustBeSendable>[2],
  launchAt: Date,
): Promise<void> {
  const recipients = await mustBeSendable(tx, asking.tenantId, { ...campaign, localTime: null }, launchAt);
  const { limits } = await readLaunchRights(onTenant(tx), asking.tenantId, asking.session.userId);
  const aloneMax = launchAloneMax(asking.session, limits);
  if (!isLaunchedAlone(recipients, aloneMax)) throw unmet(repeatSentence(recipients, aloneMax!));
  await mustBeProvenFor(asking, tx, recipients);
}
