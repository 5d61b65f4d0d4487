import { everyText } from "@smscrm/core/campaigns/texts/chosen-text";
import { NOBODYS_CODE, RECIPIENT_FIELD } from "@smscrm/core/links/short-link";
import { exampleShortLinks, withShortLinks } from "@smscrm/core/links/written-links";
import { exampleOptOutLink, OPT_OUT_FIELD } from "@smscrm/core/text/opt-out-link";
import { segments } from "@smscrm/core/text/segments";
import { parseTemplate, renderTemplate } from "@smscrm/core/text/template";
import { launchScheduled } from "@smscrm/db/campaigns/campaign-schedule";
import {
  cancelLeftovers,
  completeCampaigns,
  freezeCampaignLinks,
  freezeNextChunk,
  type Launching,
  launchingCampaigns,
} from "@smscrm/db/campaigns/launch";
import { launchSeries } from "@smscrm/db/campaigns/series/series";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { refreshStatistics } from "@smscrm/db/postgres/statistics";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";

const IDLE_MS = 300;

/** Freezes the audiences of launched campaigns into send jobs, one chunk per campaign in rotation. */
export function launchLoop(pipeline: Pipeline, publicUrl: string, log: Logger): Loop {
  return {
    name: "launch",
    run: async () => {
      for (const campaign of await launchScheduled(pipeline)) {
        log.info({ campaignId: campaign.id }, "launched as scheduled");
      }
      for (const { seriesId, launched, missed } of await launchSeries(pipeline)) {
        log.info({ seriesId, launched, missed }, "a series was due");
      }
      const launching = await launchingCampaigns(pipeline);
      let added = 0;
      for (const campaign of launching) {
        if (campaign.shortenLinks) await freezeCampaignLinks(pipeline, campaign, publicUrl);
        const estimate = segmentsEstimate(campaign, publicUrl);
        const chunk = await freezeNextChunk(pipeline, campaign.id, estimate);
        added += chunk.added;
        if (!chunk.done) continue;
        await refreshStatistics(pipeline, "send_jobs", chunk.audience);
        log.info({ campaignId: campaign.id }, "the audience is frozen");
      }
      return added > 0 ? 0 : IDLE_MS;
    },
  };
}

/** Segments of the longest text with example links, its snippets and its fallbacks. The dispatcher counts them until a message is rendered. */
const segmentsEstimate = (campaign: Launching, publicUrl: string): number =>
  Math.max(...everyText(campaign).map(({ body }) => segmentsOf(body, campaign, publicUrl)));

function segmentsOf(body: string, { smartEncoding, shortenLinks }: Launching, publicUrl: string): number {
  const template = parseTemplate(body);
  const links = shortenLinks ? exampleShortLinks(body, publicUrl) : [];
  const values = { [OPT_OUT_FIELD]: exampleOptOutLink(publicUrl), [RECIPIENT_FIELD]: NOBODYS_CODE };
  const { text } = renderTemplate(withShortLinks(template, links), values);
  return Math.max(1, segments(text, { smartEncoding }).segments);
}

/** Completes campaigns without open messages, and empties the queue of canceled ones. */
export function completeLoop(pipeline: Pipeline, log: Logger): Loop {
  return {
    name: "complete",
    run: async () => {
      for (const campaign of await completeCampaigns(pipeline)) {
        log.info({ campaignId: campaign.id }, "completed");
      }
      await cancelLeftovers(pipeline);
      return 500;
    },
  };
}
